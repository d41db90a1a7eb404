"""Contact sheets: pictures side by side, each with its name and its own settings. Knows nothing about runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from packshot.report.text import draw_line, shortened, width_px, wrapped
from packshot.result import Pixels

PAPER: Final = "#ffffff"
INK: Final = "#16181d"
MUTED: Final = "#5b616e"
LINE: Final = "#d9dce2"
PANEL: Final = "#f3f4f6"
WARNING: Final = "#9b1c1c"

TILE_MIN_PX: Final = 256
TILE_MAX_PX: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class SheetCell:
    """A picture with its name and its lines of settings; `failure` is the name of what went wrong where it is None."""

    name: str
    lines: tuple[str, ...]
    pixels: Pixels | None
    failure: str = "no picture"


@dataclass(frozen=True, slots=True)
class _Layout:
    """All lengths in px, derived from the side of a tile."""

    tile: int
    columns: int
    rows: int
    lines: int
    header: int

    @property
    def unit(self) -> float:
        return self.tile / TILE_MIN_PX

    def px(self, length: float) -> int:
        return round(length * self.unit)

    @property
    def margin(self) -> int:
        return self.px(36)

    @property
    def gap(self) -> int:
        return self.px(24)

    @property
    def caption(self) -> int:
        return self.px(12 + 21 + 18 * self.lines + 10)

    @property
    def width(self) -> int:
        return 2 * self.margin + self.columns * self.tile + (self.columns - 1) * self.gap

    @property
    def height(self) -> int:
        return self.header + self.rows * (self.tile + self.caption) + (self.rows - 1) * self.px(8) + self.px(22)

    def corner(self, index: int) -> tuple[int, int]:
        row, column = divmod(index, self.columns)
        left = self.margin + column * (self.tile + self.gap)
        return left, self.header + row * (self.tile + self.caption + self.px(8))


def contact_sheet(
    title: str, subtitle: str, cells: Sequence[SheetCell], columns: int, nothing: str = "no picture"
) -> Pixels:
    """A sheet (H, W, 3): title, wrapped subtitle, then the cells row by row. Deterministic.

    `nothing` heads a place without a picture. Pictures are shown pixel by pixel up to 512 px a side and scaled down
    beyond. Raises ValueError without cells.
    """
    if not cells or columns < 1:
        raise ValueError(f"expected at least one cell and one column, got {len(cells)} and {columns}")
    sides = [max(cell.pixels.shape[:2]) for cell in cells if cell.pixels is not None]
    tile = min(TILE_MAX_PX, max([TILE_MIN_PX, *sides]))
    columns = min(columns, len(cells))
    bare = _Layout(tile, columns, -(-len(cells) // columns), max(len(cell.lines) for cell in cells), 0)
    room = bare.width - 2 * bare.margin
    heading = wrapped(title, bare.px(26), room, 2)
    below = wrapped(subtitle, bare.px(15), room, 3)
    header = bare.px(34) + len(heading) * bare.px(33) + len(below) * bare.px(20) + bare.px(22)
    layout = _Layout(bare.tile, bare.columns, bare.rows, bare.lines, header)

    sheet = Image.new("RGB", (layout.width, layout.height), PAPER)
    canvas = ImageDraw.Draw(sheet)
    top = layout.px(32)
    for line in heading:
        draw_line(canvas, (layout.margin, top), line, layout.px(26), INK, bold=True)
        top += layout.px(33)
    top += layout.px(2)
    for line in below:
        draw_line(canvas, (layout.margin, top), line, layout.px(15), MUTED)
        top += layout.px(20)
    for index, cell in enumerate(cells):
        _draw_cell(sheet, canvas, layout, layout.corner(index), cell, nothing)
    return np.asarray(sheet, dtype=np.uint8).copy()


def _draw_cell(
    sheet: Image.Image,
    canvas: ImageDraw.ImageDraw,
    layout: _Layout,
    corner: tuple[int, int],
    cell: SheetCell,
    nothing: str,
) -> None:
    left, top = corner
    frame = (left - 1, top - 1, left + layout.tile, top + layout.tile)
    canvas.rectangle(frame, fill=PANEL, outline=LINE)
    if cell.pixels is None:
        _draw_failure(canvas, layout, corner, cell.failure, nothing)
    else:
        picture = Image.fromarray(np.ascontiguousarray(cell.pixels))
        picture.thumbnail((layout.tile, layout.tile), Image.Resampling.LANCZOS)
        sheet.paste(picture, (left + (layout.tile - picture.width) // 2, top + (layout.tile - picture.height) // 2))
    below = top + layout.tile + layout.px(10)
    name = shortened(cell.name, layout.px(16), layout.tile)
    draw_line(canvas, (left, below), name, layout.px(16), INK, bold=True)
    for index, line in enumerate(cell.lines):
        place = (left, below + layout.px(23 + 18 * index))
        draw_line(canvas, place, shortened(line, layout.px(13), layout.tile), layout.px(13), MUTED)


def _draw_failure(
    canvas: ImageDraw.ImageDraw, layout: _Layout, corner: tuple[int, int], failure: str, nothing: str
) -> None:
    left, top = corner
    right, bottom = left + layout.tile - 1, top + layout.tile - 1
    canvas.line((left, top, right, bottom), fill=LINE)
    canvas.line((left, bottom, right, top), fill=LINE)
    size_px, room = layout.px(15), layout.tile - layout.px(40)
    lines = [nothing, *wrapped(failure, size_px, room, 2)]
    start = top + (layout.tile - len(lines) * layout.px(21)) // 2
    pad = layout.px(8)
    canvas.rectangle((left + pad, start - pad, right - pad, start + len(lines) * layout.px(21) + pad), fill=PANEL)
    for index, line in enumerate(lines):
        indent = round((layout.tile - width_px(line, size_px)) / 2)
        place = (left + indent, start + index * layout.px(21))
        draw_line(canvas, place, line, size_px, WARNING, bold=index == 0)


def columns_for(cells: int) -> int:
    """Three or four in a row, whichever leaves fewer places empty."""
    return cells if cells <= 4 else min((4, 3), key=lambda columns: -cells % columns)

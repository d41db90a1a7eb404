"""Writes a report's files, each whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packshot.metadata import encode_png, write_atomically
from packshot.report.charts.figures import draw
from packshot.report.gather import SHOWN, gather
from packshot.report.html import render_html
from packshot.report.languages import Language, open_language
from packshot.report.markdown import render_markdown
from packshot.report.sheets import source_sheet, text_sheet
from packshot.report.source import ReportSource

HTML_NAME: Final = "report.html"
MARKDOWN_NAME: Final = "report.md"
TEXT_SHEET_NAME: Final = "grid_text2img.png"
SOURCE_SHEET_NAME: Final = "grid_img2img.png"


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the report is. A sheet is None where the experiment has no picture of its kind.

    `untranslated` are the sentences that stayed in English for want of a translation.
    """

    html: Path
    markdown: Path
    grid_text2img: Path | None
    grid_img2img: Path | None
    charts: tuple[Path, ...]
    untranslated: tuple[str, ...]


def write_report(
    source: ReportSource,
    experiment: str,
    folder: Path,
    exports: Mapping[str, str],
    *,
    language: Language | None = None,
    shown: int = SHOWN,
) -> ReportFiles:
    """Write `report.html`, `report.md`, its charts and the contact sheets into a folder, over those of an earlier call.

    `exports` names the picture files in that folder, by cell; `shown` pictures are shown at most. English where no
    language is given. The same store and exports give the same bytes. Raises what the store raises, OutputError
    output.unwritable and StoreError store.full.
    """
    said = language or open_language("en")
    data = gather(source, experiment, exports, shown)
    sheets: dict[str, str] = {}
    paths: dict[str, Path] = {}
    for heading, name, sheet in (
        ("text-to-image", TEXT_SHEET_NAME, text_sheet),
        ("image-to-image", SOURCE_SHEET_NAME, source_sheet),
    ):
        pixels = sheet(data, said)
        if pixels is not None:
            sheets[heading], paths[name] = name, folder / name
            write_atomically(folder / name, encode_png(pixels))
    figures = draw(data.analysis, said)
    charts = tuple(folder / f"{chart.name}.svg" for chart in figures.all)
    for path, chart in zip(charts, figures.all, strict=True):
        write_atomically(path, chart.light.encode("utf-8"))
    html, markdown = folder / HTML_NAME, folder / MARKDOWN_NAME
    write_atomically(markdown, render_markdown(data, figures, said, sheets).encode("utf-8"))
    write_atomically(html, render_html(data, figures, said).encode("utf-8"))
    grids = paths.get(TEXT_SHEET_NAME), paths.get(SOURCE_SHEET_NAME)
    return ReportFiles(html, markdown, *grids, charts, said.misses)

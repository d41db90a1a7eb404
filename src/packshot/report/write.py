"""Writes a report's files, each whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packshot.metadata import encode_png, write_atomically
from packshot.report.gather import gather
from packshot.report.html import render_html
from packshot.report.markdown import render_markdown
from packshot.report.sheets import source_sheet, text_sheet
from packshot.report.source import ReportSource

HTML_NAME: Final = "report.html"
MARKDOWN_NAME: Final = "report.md"
TEXT_SHEET_NAME: Final = "grid_text2img.png"
SOURCE_SHEET_NAME: Final = "grid_img2img.png"


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the report is. A sheet is None where the experiment has no picture of its kind."""

    html: Path
    markdown: Path
    grid_text2img: Path | None
    grid_img2img: Path | None


def write_report(source: ReportSource, experiment: str, folder: Path, exports: Mapping[str, str]) -> ReportFiles:
    """Write `report.html`, `report.md` and the contact sheets into a folder, over those of an earlier call.

    `exports` names the picture files in that folder, by cell. The same store and exports give the same bytes. Raises
    what the store raises, OutputError output.unwritable and StoreError store.full.
    """
    data = gather(source, experiment, exports)
    sheets: dict[str, str] = {}
    paths: dict[str, Path] = {}
    for heading, name, pixels in (
        ("text-to-image", TEXT_SHEET_NAME, text_sheet(data)),
        ("image-to-image", SOURCE_SHEET_NAME, source_sheet(data)),
    ):
        if pixels is not None:
            sheets[heading], paths[name] = name, folder / name
            write_atomically(folder / name, encode_png(pixels))
    html, markdown = folder / HTML_NAME, folder / MARKDOWN_NAME
    write_atomically(markdown, render_markdown(data, sheets).encode("utf-8"))
    write_atomically(html, render_html(data).encode("utf-8"))
    return ReportFiles(html, markdown, paths.get(TEXT_SHEET_NAME), paths.get(SOURCE_SHEET_NAME))

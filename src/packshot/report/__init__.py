"""Contact sheets, HTML and Markdown out of the store. Reads, never writes there; runs nothing."""

from packshot.report.data import ReportData, Shot
from packshot.report.gather import SHOWN, gather
from packshot.report.grid import SheetCell, contact_sheet
from packshot.report.html import render_html
from packshot.report.languages import LANGUAGES, Language, open_language
from packshot.report.markdown import render_markdown
from packshot.report.source import PictureSource, ReportSource
from packshot.report.write import ReportFiles, write_report

__all__ = [
    "LANGUAGES",
    "SHOWN",
    "Language",
    "PictureSource",
    "ReportData",
    "ReportFiles",
    "ReportSource",
    "SheetCell",
    "Shot",
    "contact_sheet",
    "gather",
    "open_language",
    "render_html",
    "render_markdown",
    "write_report",
]

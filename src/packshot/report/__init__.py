"""Contact sheets, HTML and Markdown out of the store. Reads, never writes there; runs nothing."""

from packshot.report.answer import foremost, only_luck
from packshot.report.charts.figures import Figures, draw
from packshot.report.charts.render import Chart
from packshot.report.charts.theme import DARK, LIGHT
from packshot.report.data import ReportData, Shot
from packshot.report.effect_table import EffectTable, effect_tables
from packshot.report.gather import SHOWN, gather
from packshot.report.grid import SheetCell, contact_sheet
from packshot.report.html import render_html
from packshot.report.languages import LANGUAGES, Language, open_language
from packshot.report.markdown import render_markdown
from packshot.report.source import PictureSource, ReportSource
from packshot.report.write import ReportFiles, write_report

__all__ = [
    "DARK",
    "LANGUAGES",
    "LIGHT",
    "SHOWN",
    "Chart",
    "EffectTable",
    "Figures",
    "Language",
    "PictureSource",
    "ReportData",
    "ReportFiles",
    "ReportSource",
    "SheetCell",
    "Shot",
    "contact_sheet",
    "draw",
    "effect_tables",
    "foremost",
    "gather",
    "only_luck",
    "open_language",
    "render_html",
    "render_markdown",
    "write_report",
]

"""The report as Markdown, with the pictures and charts as files beside it."""

from __future__ import annotations

import re
from typing import Final

from packshot.report.charts.figures import Figures
from packshot.report.data import ReportData
from packshot.report.languages import Language
from packshot.report.templating import context, markdown_templates

_TEMPLATE: Final = "report.md.j2"


def render_markdown(data: ReportData, figures: Figures, language: Language, sheets: dict[str, str]) -> str:
    """The text. `sheets` are the contact sheets by heading. The same data gives the same text."""
    template = markdown_templates(language).get_template(_TEMPLATE)
    text = template.render(context(data, language), figures=figures, sheets=sheets)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

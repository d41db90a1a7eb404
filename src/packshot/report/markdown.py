"""The report as Markdown, with the pictures as files beside it."""

from __future__ import annotations

import re
from typing import Final

from packshot.report.data import ReportData
from packshot.report.templating import context, markdown_templates

_TEMPLATE: Final = "report.md.j2"


def render_markdown(data: ReportData, sheets: dict[str, str]) -> str:
    """The text. `sheets` are the contact sheets by heading. The same data gives the same text."""
    text = markdown_templates().get_template(_TEMPLATE).render(context(data), sheets=sheets)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

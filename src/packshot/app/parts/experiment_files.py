"""An experiment's files to take away. Each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from packshot.app.access import studio
from packshot.app.archives import archive_address
from packshot.app.parts.experiment_report import ensure_report
from packshot.app.reports import report_file
from packshot.app.words import _
from packshot.result import ExperimentSummary
from packshot.workflow import effects_file, ratings_file


def show_files(summary: ExperimentSummary) -> None:
    """Report, numbers and pictures."""
    name, bench = summary.name, studio().bench
    ensure_report(name)
    html = report_file(name)
    _file(_("Report (HTML)"), html.read_bytes, f"{name}.html", "text/html", "html")
    _file(_("Report (Markdown)"), html.with_name("report.md").read_bytes, f"{name}.md", "text/markdown", "md")
    _file(_("Effects (CSV)"), partial(effects_file, bench, name), f"{name}-effects.csv", "text/csv", "effects")
    _file(_("Ratings (CSV)"), partial(ratings_file, bench, name), f"{name}-ratings.csv", "text/csv", "ratings")
    st.link_button(_("Pictures (ZIP)"), archive_address(name), icon=":material/download:")


def _file(label: str, make: Callable[[], bytes], name: str, kind: str, key: str) -> None:
    st.download_button(
        label, make, name, kind, key=f"experiment-file-{key}", icon=":material/download:", on_click="ignore"
    )

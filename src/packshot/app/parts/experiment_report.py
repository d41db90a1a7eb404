"""The written report inside the page, in the page's language."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.reports import report_address, report_file
from packshot.app.words import _, language
from packshot.result import ExperimentSummary
from packshot.workflow import report

HEIGHT_PX: Final = 800


def show_report(summary: ExperimentSummary) -> None:
    """The report in a frame that scrolls; written first where it is not there, or in another language."""
    written = ensure_report(summary.name)
    words = _("The report of the experiment {name}").format(name=summary.name)
    address = report_address(summary.name, written)
    st.link_button(_("Open in a tab of its own"), address, icon=":material/open_in_new:")
    st.iframe(address, height=HEIGHT_PX, alt=words)
    explained = _("With what was rated, reviewed or made again since.")
    if st.button(_("Write it again"), key="experiment-rewrite", icon=":material/refresh:", help=explained):
        _write(summary.name)
        st.rerun()


def ensure_report(name: str) -> int:
    """When the report in the page's language was written, in nanoseconds. Writes it where need be."""
    if _language_of(name) != language():
        _write(name)
    return report_file(name).stat().st_mtime_ns


def _write(name: str) -> None:
    with st.spinner(_("The report is being written…")):
        report(studio().bench, name, language=language())


def _language_of(name: str) -> str | None:
    """As its first line says; None where there is none."""
    try:
        with report_file(name).open("rb") as file:
            head = file.read(400).decode("utf-8", "replace")
    except OSError:
        return None
    _before, found, after = head.partition('lang="')
    return after.partition('"')[0] if found else None

"""An experiment's cells page by page, and those that failed, with what to do about them."""

from __future__ import annotations

import math
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.parts.experiment_grid import show_grid
from packshot.app.parts.failure import failure_words
from packshot.app.words import _, ngettext_
from packshot.result import ExperimentSummary, RunState

PAGE: Final = 60
"""Cells of a page: read every second while one watches, with their whole records."""

FAILED_SHOWN: Final = 20


def show_cells(summary: ExperimentSummary, *, working: bool) -> None:
    """A page of the grid, and the way to the others."""
    pages = max(1, math.ceil(summary.cells / PAGE))
    page = 1
    if pages > 1:
        key = f"experiment-page-{summary.name}"
        page = int(st.number_input(_("Page of {pages}").format(pages=pages), 1, pages, key=key, width=160))
    show_grid(studio().bench.store.cells(summary.name, limit=PAGE, offset=(page - 1) * PAGE), working=working)


def show_failures(summary: ExperimentSummary) -> None:
    """Why cells have no picture, the first of them."""
    count = summary.states.get("failed", 0)
    if not count:
        return
    told = ngettext_("{n} picture could not be made", "{n} pictures could not be made", count).format(n=count)
    with st.expander(told, icon=":material/error:", expanded=count <= 3):
        failed = studio().bench.store.cells(summary.name, limit=FAILED_SHOWN, offset=0, state=RunState.FAILED)
        for cell, run in failed:
            if run is not None and run.failure is not None:
                st.markdown(f"**{plain(cell.name)}** (`{run.failure.code}`)")
                st.markdown(failure_words(run.failure))
        if count > FAILED_SHOWN:
            st.caption(_("The first {n} are shown.").format(n=FAILED_SHOWN))


def state_counts(summary: ExperimentSummary) -> str:
    """`12 of 12 pictures`, and how many failed."""
    made, failed = summary.states.get("succeeded", 0), summary.states.get("failed", 0)
    words = ngettext_("{made} of {all} picture", "{made} of {all} pictures", summary.cells)
    parts = [words.format(made=made, all=summary.cells)]
    if failed:
        parts.append(ngettext_("{n} failed", "{n} failed", failed).format(n=failed))
    return ", ".join(parts)

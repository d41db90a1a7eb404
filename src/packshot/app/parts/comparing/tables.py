"""What differs besides the pixels: settings and evidence, a column for each run."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.comparing.side import Side
from packshot.app.parts.named import capital, evidence_name
from packshot.app.parts.rows import show_rows, show_table
from packshot.app.words import _, said
from packshot.result import Run
from packshot.workflow import differing, differing_evidence, same

NONE = "–"


def show_tables(sides: Sequence[Side]) -> None:
    """Settings that differ, those that do not (folded), and evidence that reads differently."""
    columns = _columns(sides)
    if len(columns) < 2:
        return
    heads, runs = [head for head, _run in columns], [run for _head, run in columns]
    _show_settings(heads, runs)
    _show_evidence(heads, runs)


def _columns(sides: Sequence[Side]) -> list[tuple[str, Run]]:
    """Each run once, under the letters of its pictures."""
    runs = {side.picture.run.id: side.picture.run for side in sides}
    letters = {run_id: [side.letter for side in sides if side.picture.run.id == run_id] for run_id in runs}
    return [(", ".join(letters[run_id]), run) for run_id, run in runs.items()]


def _show_settings(heads: Sequence[str], runs: Sequence[Run]) -> None:
    st.subheader(_("Settings that differ"))
    rows = [(_name(found.name), *(value or NONE for value in found.values)) for found in differing(runs)]
    if rows:
        show_table(_("Settings that differ"), [_("Setting"), *heads], rows)
    else:
        st.text(_("None: the same was asked for in the same way."))
    with st.expander(_("Settings that are the same"), key="compare-same"):
        show_rows((_name(found.name), found.values[0]) for found in same(runs))


def _show_evidence(heads: Sequence[str], runs: Sequence[Run]) -> None:
    st.subheader(_("Evidence that differs"))
    rows = [
        (evidence_name(row.name), *(NONE if reading is None else said(reading) for reading in row.readings))
        for row in differing_evidence(studio().bench, runs)
    ]
    if rows:
        show_table(_("Evidence that differs"), [_("Measured"), *heads], rows)
    else:
        st.text(_("None: what was measured reads the same, or nothing was measured."))


def _name(name: str) -> str:
    return capital(said(name))

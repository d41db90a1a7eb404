"""The person's work in progress, whichever page or tab began it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.named import asked_words
from packshot.app.parts.progress import watch
from packshot.app.places import go
from packshot.app.words import _
from packshot.result import Job, JobKind, JobState

EVERY_S: Final = 2.0


def show_open_jobs(except_for: str | None) -> None:
    """Nothing where there is none but the one that the page shows anyway."""
    with shown():
        if _open_jobs(except_for):
            _listed(except_for)


def _open_jobs(except_for: str | None) -> list[Job]:
    return [job for job in studio().jobs(person=person(), open_only=True) if job.id != except_for]


@st.fragment(run_every=EVERY_S)
def _listed(except_for: str | None) -> None:
    with shown():
        jobs = _open_jobs(except_for)
        if not jobs:
            st.rerun()
        with st.container(border=True, gap="xsmall"):
            st.subheader(_("Your work in progress"), anchor=False)
            for job in jobs:
                _show(job)


def _show(job: Job) -> None:
    states = {JobState.QUEUED: _("waiting"), JobState.RUNNING: _("being made")}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(asked_words(job.title), width="stretch")
        st.caption(states.get(job.state, ""), width="content")
        if st.button(_("Open"), key=f"open-{job.id}", help=plain(asked_words(job.title))):
            _open(job)
        if st.button(_("Cancel"), key=f"stop-{job.id}", help=plain(asked_words(job.title))):
            studio().stop(job.id)


def _open(job: Job) -> None:
    if job.kind is JobKind.EXPERIMENT:
        go("experiment", job=job.id)
    watch(job.id)
    st.rerun()

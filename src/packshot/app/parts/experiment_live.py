"""A job of an experiment: the grid fills while one watches; stopped, it goes on; ended, it tells what it found."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.experiment_cells import show_cells, show_failures
from packshot.app.parts.experiment_outcome import show_heading, show_outcome
from packshot.app.parts.failure import failure_words, suspect_words
from packshot.app.parts.span import span_words
from packshot.app.places import go
from packshot.app.words import _, ngettext_, said
from packshot.errors import RecordError
from packshot.result import ExperimentSummary, JobKind, JobState
from packshot.service import View

EVERY_S: Final = 1.0
_STOPPING: Final = "experiment-stopping"


def show_job(job_id: str) -> None:
    """The experiment with that ticket, as far as it is."""
    with shown():
        view = studio().look(job_id)
        if view.job.kind is not JobKind.EXPERIMENT:
            st.info(_("This ticket is of a picture."))
            if st.button(_("Show it"), key="experiment-elsewhere"):
                go("create", job=job_id)
            return
        show_heading(view.job.request["plan"])
        if view.job.is_open:
            _watching(job_id)
        else:
            _show_ended(view)


@st.fragment(run_every=EVERY_S)
def _watching(job_id: str) -> None:
    with shown():
        view = studio().look(job_id)
        if not view.job.is_open:
            st.session_state.pop(_STOPPING, None)
            st.rerun()
        summary = _summary(view)
        _show_progress(view, summary)
        _stop_button(job_id)
        if suspected := suspect_words(view.job):
            st.warning(suspected, icon=":material/warning:")
        for note in view.notes[:5]:
            st.caption(plain(said(note)))
        if summary is not None:
            show_failures(summary)
            show_cells(summary, working=True)


def _summary(view: View) -> ExperimentSummary | None:
    """None as long as the plan is being prepared."""
    try:
        return studio().bench.store.summary(view.job.experiment or "")
    except RecordError:
        return None


def _show_progress(view: View, summary: ExperimentSummary | None) -> None:
    progress = view.progress
    if progress is None:
        # all that the database says, where another process works at it or it was left behind
        over = 0 if summary is None else summary.states.get("succeeded", 0) + summary.states.get("failed", 0)
        total = 0 if summary is None else summary.cells
    else:
        over, total = progress.done, progress.total
    st.progress(over / total if total else 0.0, text=_progress_words(view, over, total))


def _progress_words(view: View, over: int, total: int) -> str:
    if not total:
        return _("Being prepared…")
    parts = [_("{done} of {all}").format(done=over, all=total)]
    if view.ahead:
        waiting = ngettext_("{n} picture of others comes before", "{n} pictures of others come before", view.ahead)
        parts.append(waiting.format(n=view.ahead))
    elif over == total:
        parts.append(_("the report is being written"))
    elif view.left_s is not None:
        parts.append(_("about {span} left").format(span=span_words(view.left_s)))
    elif view.progress is None:
        parts.append(_("waiting for the first picture; the model may have to be loaded"))
    else:
        parts.append(_("the time left is not known yet"))
    return " · ".join(parts)


def _stop_button(job_id: str) -> None:
    """Answers at once; what is finished is kept."""
    if st.session_state.get(_STOPPING) == job_id:
        st.caption(_("Stopping…"))
        return
    explained = _("What is made is kept, and it can go on later.")
    if st.button(_("Stop"), key="experiment-stop", icon=":material/stop_circle:", help=explained):
        studio().stop(job_id)
        st.session_state[_STOPPING] = job_id
        st.rerun(scope="fragment")


def _show_ended(view: View) -> None:
    job = view.job
    summary = _summary(view)
    if job.state is not JobState.DONE:
        if job.failure is not None:
            st.error(failure_words(job.failure), icon=":material/error:")
        else:
            st.info(_("Stopped. What was made until then is kept."))
        if st.button(_("Go on"), key="experiment-go-on", type="primary", icon=":material/play_arrow:"):
            studio().go_on(job.id)
            st.rerun()
    if summary is not None:
        show_outcome(summary, finished=job.state is JobState.DONE)

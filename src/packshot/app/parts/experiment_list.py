"""The experiments of the workspace, newest first, and those that are being made."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.parts.experiment_cells import state_counts
from packshot.app.parts.plan_forecast import open_job
from packshot.app.words import _, said
from packshot.report.wording import moment
from packshot.result import ExperimentSummary, Job, JobKind, JobState

SHOWN = 10


def show_experiments() -> None:
    """Each with its state and a button that opens it."""
    summaries = studio().bench.store.summaries()
    jobs = _newest_jobs()
    st.subheader(_("Earlier experiments"))
    if not summaries:
        st.caption(_("No experiment is in this workspace yet."))
        return
    number = SHOWN if not st.session_state.get("experiments-all") else len(summaries)
    for summary in summaries[:number]:
        _show(summary, jobs.get(summary.name))
    if len(summaries) > number:
        st.checkbox(_("Show all {n}").format(n=len(summaries)), key="experiments-all")


def open_experiment(name: str) -> None:
    """The page shows this experiment from now on, after a reload too."""
    for key in ("run", "vary", "job", "more"):
        st.query_params.pop(key, None)
    st.query_params["experiment"] = name
    st.rerun()


def _newest_jobs() -> dict[str, Job]:
    jobs = [job for job in studio().jobs(limit=200) if job.kind is JobKind.EXPERIMENT and job.experiment]
    return {str(job.experiment): job for job in reversed(jobs)}


def _show(summary: ExperimentSummary, job: Job | None) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        words = f"**{plain(summary.name)}**  \n{plain(state_counts(summary))} · {plain(_state_words(summary, job))}"
        st.markdown(f"{words}  \n{plain(said(moment(summary.created_at)))}", width="stretch")
        if st.button(_("Open"), key=f"experiment-open-{summary.name}"):
            if job is not None and job.state is not JobState.DONE:
                open_job(job.id)
            open_experiment(summary.name)


def _state_words(summary: ExperimentSummary, job: Job | None) -> str:
    if job is not None and job.is_open:
        return _("being made")
    if job is not None and job.state is JobState.STOPPED:
        return _("stopped")
    if job is not None and job.state is JobState.FAILED:
        return _("failed")
    return _("not complete") if summary.states.get("missing") else _("complete")

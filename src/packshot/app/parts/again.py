"""A picture made again, beside the page: its progress, then the verdict with its numbers and causes."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.failure import failure_words
from packshot.app.parts.named import sameness_name
from packshot.app.words import _, said
from packshot.report.wording import decibels
from packshot.result import JobKind, Sameness, Verdict
from packshot.service import View

EVERY_S = 0.5


def replay_key(run_id: str) -> str:
    """Where the session keeps the job of a run's last replay."""
    return f"replay-of-{run_id}"


def show_again(run_id: str) -> None:
    """The replay that was asked for here, or that anybody's job is at; nothing where there is none."""
    job_id = st.session_state.get(replay_key(run_id)) or _running(run_id)
    if job_id is None:
        return
    st.session_state[replay_key(run_id)] = job_id
    with shown():
        view = studio().look(job_id)
        if view.job.is_open:
            _watched(job_id)
        else:
            _ended(view)


def show_verdict(verdict: Verdict) -> None:
    """The verdict in words, its numbers, and what differs."""
    show = st.success if verdict.sameness is Sameness.IDENTICAL else st.warning
    show("\n\n".join([sameness_name(verdict.sameness), *_numbers(verdict)]))
    for cause in verdict.causes:
        st.markdown(f"- {plain(said(cause))}")


def _running(run_id: str) -> str | None:
    jobs = studio().jobs(open_only=True, limit=100)
    return next((job.id for job in jobs if job.kind is JobKind.REPLAY and job.request.get("run") == run_id), None)


@st.fragment(run_every=EVERY_S)
def _watched(job_id: str) -> None:
    with shown():
        view = studio().look(job_id)
        if not view.job.is_open:
            st.rerun()
        done = view.pictures[0].share_done if view.pictures else 0.0
        ahead = _("waiting for {n} others").format(n=view.ahead) if view.ahead else _("being made again")
        st.progress(done, text=ahead)


def _ended(view: View) -> None:
    failure = view.job.failure or next((each.failure for each in view.pictures if each.failure), None)
    if view.verdict is not None:
        show_verdict(view.verdict)
    elif failure is not None:
        st.error(failure_words(failure), icon=":material/error:")
    else:
        st.info(_("The replay was stopped before its end."))


def _numbers(verdict: Verdict) -> Iterable[str]:
    if verdict.psnr_db is not None:
        yield _("Likeness to the record: PSNR {psnr}.").format(psnr=said(decibels(verdict.psnr_db)))
    if verdict.max_difference:
        yield _("The largest difference of a pixel is {n} of 255.").format(n=verdict.max_difference)

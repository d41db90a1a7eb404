"""A job of pictures: live while it is worked at, its results when it is over, and found again by its ticket.

The page asks again and again how far it is; the work itself is the service's, and goes on without any page.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.failure import failure_words, suspect_words
from packshot.app.parts.named import asked_words
from packshot.app.parts.result import show_result
from packshot.app.parts.tiles import show_live_tiles, show_made_tiles
from packshot.app.places import page_file
from packshot.app.words import _, ngettext_, said
from packshot.errors import PackshotError
from packshot.result import Job, JobKind, JobState
from packshot.service import View

EVERY_S: Final = 0.3
QUERY: Final = "job"
_KEPT, _STOPPING = "create-job", "create-stopping"


def job_of_address() -> str | None:
    """The ticket in the address, else the last of this session, which then stands in the address."""
    ticket = st.query_params.get(QUERY) or st.session_state.get(_KEPT)
    if ticket:
        watch(ticket)
    return ticket


def watch(ticket: str) -> None:
    """This job is shown from now on, after a reload too."""
    st.session_state[_KEPT] = st.query_params[QUERY] = ticket


def show_job(ticket: str) -> None:
    """The job with that ticket; a sentence where there is none."""
    with shown():
        view = _look(ticket)
        if view is None:
            st.warning(_("No work with this ticket is in this workspace: {ticket}").format(ticket=plain(ticket[:40])))
        elif view.job.kind is not JobKind.PICTURES:
            _show_elsewhere(view.job)
        elif view.job.is_open:
            _live(ticket)
        else:
            _show_over(view)


def _look(ticket: str) -> View | None:
    try:
        return studio().look(ticket)
    except PackshotError as error:
        if error.code == "record.not_found":
            return None
        raise


@st.fragment(run_every=EVERY_S)
def _live(ticket: str) -> None:
    with shown():
        view = studio().look(ticket)
        if not view.job.is_open:
            st.session_state.pop(_STOPPING, None)
            st.rerun()
        st.text(asked_words(view.job.title))
        st.caption(headline(view))
        if suspected := suspect_words(view.job):
            st.warning(suspected, icon=":material/warning:")
        show_live_tiles(view)
        _cancel(ticket)


def headline(view: View) -> str:
    """Where the whole job stands, in one line."""
    if view.ahead and view.job.state is JobState.QUEUED:
        words = ngettext_("{n} order before yours", "{n} orders before yours", view.ahead)
        return words.format(n=view.ahead)
    if view.ahead:
        words = ngettext_("{n} picture before yours", "{n} pictures before yours", view.ahead)
        return words.format(n=view.ahead)
    if not view.pictures:
        return _("Waiting to begin")
    done = sum(picture.state == "done" for picture in view.pictures)
    counted = [_("{done} of {all} made").format(done=done, all=len(view.pictures))] if len(view.pictures) > 1 else []
    return " · ".join([*counted, left_words(view.left_s)])


def left_words(left_s: float | None) -> str:
    """How long it takes yet, about."""
    if left_s is None:
        return _("time left not known yet")
    if left_s < 90:
        return _("about {n} s left").format(n=max(1, round(left_s)))
    return _("about {n} min left").format(n=round(left_s / 60))


def _cancel(ticket: str) -> None:
    """Answers at once; the pictures end within one step."""
    if st.session_state.get(_STOPPING) == ticket:
        st.caption(_("Stopping…"))
        return
    st.button(_("Cancel"), key="job-cancel", icon=":material/stop_circle:", on_click=_stop, args=(ticket,))


def _stop(ticket: str) -> None:
    studio().stop(ticket)
    st.session_state[_STOPPING] = ticket


def _show_elsewhere(job: Job) -> None:
    """A ticket of another page's work."""
    st.text(asked_words(job.title))
    if job.kind is JobKind.EXPERIMENT:
        st.page_link(
            page_file("experiment"),
            label=_("Open the experiment"),
            icon=":material/science:",
            query_params={"job": job.id},
        )
    else:
        show_result(str(job.request["run"]), key="made")


def _show_over(view: View) -> None:
    _show_ending(view)
    for note in dict.fromkeys(note for picture in view.pictures for note in picture.notes):
        st.caption(f":material/info: {plain(said(note))}")
    _show_already(view)
    begun = [picture for picture in view.pictures if picture.run_id is not None]
    if len(view.pictures) > 1:
        show_made_tiles(view)
    elif begun and begun[0].state != "stopped":
        show_result(str(begun[0].run_id), key="made")


def _show_ending(view: View) -> None:
    job = view.job
    if job.state is JobState.DONE:
        return
    if job.failure is not None:
        st.error(failure_words(job.failure), icon=":material/error:")
    else:
        st.text(asked_words(job.title))
        st.info(_("Stopped. What was made until then is kept."))
    if st.button(_("Go on"), key="job-go-on", icon=":material/play_arrow:"):
        watch(studio().go_on(job.id).id)
        st.rerun()


def _show_already(view: View) -> None:
    count = sum(picture.already for picture in view.pictures)
    if not count:
        return
    if count == len(view.pictures):
        words = ngettext_(
            "This was made before with the same settings, and is shown at once.",
            "These were made before with the same settings, and are shown at once.",
            count,
        )
    else:
        words = ngettext_(
            "{n} of them was made before with the same settings.",
            "{n} of them were made before with the same settings.",
            count,
        ).format(n=count)
    st.info(words, icon=":material/history:")
    explained = _("Computes them anew, as runs of their own.")
    if st.button(_("Make it again"), key="job-again", icon=":material/replay:", help=explained):
        watch(studio().again(view.job.id, person=person()).id)
        st.rerun()

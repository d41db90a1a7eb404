"""One run as a whole: its picture or why there is none, what can be done with it, and all that is known of it."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.actions import show_actions
from packshot.app.parts.again import show_again
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.facts import show_facts
from packshot.app.parts.failure import failure_words
from packshot.app.parts.framed import show_picture
from packshot.app.parts.locking.promise import show_promise
from packshot.app.parts.named import asked_words, capital, state_name
from packshot.app.words import _, said
from packshot.report.overlay import legend_of
from packshot.result import Result, RunState
from packshot.workflow import Details, details_of

EVERY_S = 1.0


def show_result(run_id: str, *, key: str) -> None:
    """The run of that id, or a sentence where there is none. `key` keeps its widgets apart from other results'."""
    with shown():
        details = details_of(studio().bench, run_id)
        measuring = _is_measured_now(details)
        _show_picture_or_reason(details, key)
        show_promise(details.run)
        _show_against(details)
        show_actions(details.run, key=key)
        show_again(details.run.id)
        show_facts(details, key=key, measuring=measuring)
        if measuring:
            _awaited(details.run.id)


def _show_picture_or_reason(details: Details, key: str) -> None:
    run = details.run
    if run.result is not None:
        _show_picture(details, run.result, key)
    elif run.failure is not None:
        st.error(failure_words(run.failure), icon=":material/error:")
    else:
        st.info(_("There is no picture: {state}.").format(state=state_name(run.state)))
    st.text(asked_words(run.resolved.intent.prompt))
    for experiment, cell in details.cells:
        st.caption(_("Cell {cell} of experiment {experiment}").format(cell=plain(cell), experiment=plain(experiment)))


def _show_picture(details: Details, result: Result, key: str) -> None:
    """With the source beside it, and the boxes of the evidence where they are asked for."""
    intent = details.run.resolved.intent
    boxed = bool(details.boxes) and st.toggle(_("Show where the evidence is"), key=f"{key}-boxes")
    boxes = details.boxes if boxed else ()
    columns = st.columns(2) if intent.source is not None else [st.container()]
    if intent.source is not None:
        with columns[1]:
            if details.source is None:
                st.info(_("The source is not in this workspace any more."))
            else:
                size = (intent.source.width, intent.source.height)
                show_picture(details.source, _("The source"), size, caption=_("Source"))
    with columns[0]:
        show_picture(result.picture_digest, asked_words(intent.prompt), (result.width, result.height), boxes)
    for line in legend_of(boxes):
        numbers = ", ".join(map(str, line.numbers))
        st.markdown(f"**{numbers}** {' '.join(plain(said(sentence)) for sentence in line.sentences)}")


def _show_against(details: Details) -> None:
    """What was measured that speaks against the picture: nobody should have to look for it among the evidence."""
    if details.against:
        sentences = (f"- {plain(said(entry.sentence))}" for entry in details.against)
        st.warning("\n".join([_("What speaks against it:"), "", *sentences]), icon=":material/report:")


def _is_measured_now(details: Details) -> bool:
    """Whether evidence is to come: the picture is there, nothing is measured, and a job is at it."""
    if details.evidence or details.run.state is not RunState.SUCCEEDED:
        return False
    experiments = {name for name, _cell in details.cells}
    return any(
        details.run.id in job.run_ids or job.experiment in experiments
        for job in studio().jobs(open_only=True, limit=100)
    )


@st.fragment(run_every=EVERY_S)
def _awaited(run_id: str) -> None:
    """Looks once a second whether the evidence is there."""
    with shown():
        if not _is_measured_now(details_of(studio().bench, run_id)):
            st.rerun()
    st.caption(capital(_("being measured…")))

"""Handing in: an experiment's pictures that are still drafts, for the place to sell that is chosen."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.identity import Decider
from packshot.app.parts.errors import plain
from packshot.app.parts.reviewing.line import Line, channel_words
from packshot.app.words import _, ngettext_
from packshot.result import RunState
from packshot.workflow import submit_experiment

FORM_PX = 560


def show_handing_in(line: Line, who: Decider) -> None:
    """The choice, and the button; while it goes on, how far it is."""
    made = {each.name: each.states.get(RunState.SUCCEEDED, 0) for each in studio().bench.store.summaries()}
    names = [name for name, number in made.items() if number]
    with st.container(width=FORM_PX):
        st.markdown(
            _(
                "Somebody hands a picture in before it is decided on. This hands in every picture of an experiment "
                "that was not yet, for: {channel}. A single one is handed in where it is shown."
            ).format(channel=f"**{plain(channel_words(line.channel))}**")
        )
        if not names:
            st.info(_("No experiment is in this workspace yet."))
            return
        asked = line.query.experiment
        name = st.selectbox(
            _("Experiment"), names, index=names.index(asked) if asked in names else 0, key="review-hand-in-what"
        )
        if st.button(_("Hand in the drafts"), type="primary", key="review-hand-in", icon=":material/outbox:"):
            if who.name:
                _hand_in(name, line, who.name, made[name])
            else:
                st.warning(
                    _("Not done: write your name first.")
                    if who.is_typed
                    else _("Not done: nobody is named. See above.")
                )


def _hand_in(name: str, line: Line, by: str, most: int) -> None:
    """A step at a time; what was handed in before something fails stays so."""
    progress = st.progress(0.0, text=_("Handing in…"))
    count = 0
    for count, _entry in enumerate(submit_experiment(studio().bench, name, by, line.channel), 1):
        progress.progress(min(count / max(most, 1), 1.0), text=_("Handing in…"))
    progress.empty()
    if count:
        words = ngettext_("{n} picture was handed in.", "{n} pictures were handed in.", count)
        st.success(words.format(n=count), icon=":material/check:")
    else:
        st.info(_("Nothing to hand in: every picture of this experiment was handed in before."))

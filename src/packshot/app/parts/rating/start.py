"""Before rating: what, by whom, and blind or not."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.rating.task import Task, begin, chosen_runs
from packshot.app.words import _, ngettext_
from packshot.result import RunState

CHOSEN = ""
"""Stands for the pictures that were chosen elsewhere: no experiment is called so."""

FORM_PX = 560
"""Lines of a form that are wider are hard to follow."""


def show_start() -> None:
    """The choice, and the button that begins."""
    with st.container(width=FORM_PX):
        _show_form()


def _show_form() -> None:
    runs = chosen_runs()
    experiments = [each.name for each in studio().bench.store.summaries() if each.states.get(RunState.SUCCEEDED)]
    options = [*([CHOSEN] if runs else []), *experiments]
    if not options:
        st.info(_("There is nothing to rate yet: run an experiment, or choose pictures in the gallery."))
        return
    asked = st.query_params.get("experiment")
    what = st.selectbox(
        _("What to rate"),
        options,
        index=options.index(asked) if asked in options else 0,
        format_func=lambda name: name if name != CHOSEN else _chosen(len(runs)),
        key="rate-what",
    )
    rater = _rater()
    blind = st.toggle(
        _("Blind"),
        value=what != CHOSEN,
        key=f"rate-blind-{'chosen' if what == CHOSEN else 'experiment'}",
        help=_("Shuffled; settings, names and proposed scores are hidden. It keeps your scores fair."),
        persist_state="session",
    )
    st.caption(_("Ratings are only ever added: what you or others have rated before stays."))
    if st.button(_("Start rating"), type="primary", key="rate-start"):
        if not rater:
            st.warning(_("Not started: write your name, so that your scores can be told from others’."))
            return
        begin(Task(what or None, runs, rater, blind))
        st.rerun()


def _rater() -> str:
    """The name that the token has, else what the person writes."""
    name = person()
    if name is not None:
        st.text(_("You rate as {name}.").format(name=name))
        return name
    written = st.text_input(
        _("Your name"),
        value=st.query_params.get("by", ""),
        max_chars=100,
        key="rate-name",
        autocomplete="name",
        persist_state="session",
    )
    return (written or "").strip()


def _chosen(number: int) -> str:
    return ngettext_("{number} picture that you chose", "{number} pictures that you chose", number).format(
        number=number
    )

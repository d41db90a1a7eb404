"""What can be done with a run from where it is shown. Each action is another page's, or the service's."""

from __future__ import annotations

from functools import partial

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.again import replay_key
from packshot.app.parts.errors import shown
from packshot.app.parts.parameter_names import parameter_name
from packshot.app.places import go
from packshot.app.words import _
from packshot.result import Run
from packshot.workflow import export_name, on_offer, picture_file, recipe_of


def show_actions(run: Run, *, key: str) -> None:
    """A row of buttons; of a run without a picture those that need none."""
    with st.container(horizontal=True, key=f"{key}-actions"):
        if run.result is not None:
            _download(run, key)
            _again(run, key)
        if st.button(_("Use all settings"), key=f"{key}-use", icon=":material/tune:"):
            go("create", run=run.id)
        if run.resolved.intent.lock is None:  # an experiment would drop it
            _vary(run, key)
        if run.result is not None:
            _with_picture(run, run.result.picture_digest, key)


def _download(run: Run, key: str) -> None:
    """The file is made when it is asked for."""
    st.download_button(
        _("Download"),
        partial(picture_file, studio().bench, run.id),
        export_name(run),
        "image/png",
        key=f"{key}-download",
        icon=":material/download:",
        on_click="ignore",
        help=_("A PNG file that carries its whole record: settings, circumstances, digests."),
    )


def _again(run: Run, key: str) -> None:
    explained = _("Makes the picture again from its record, and measures whether it is the same.")
    if st.button(_("Make again"), key=f"{key}-again", icon=":material/replay:", help=explained):
        with shown():
            st.session_state[replay_key(run.id)] = studio().replay(run.id, person=person()).id


def _vary(run: Run, key: str) -> None:
    names = {each.name: parameter_name(each.name) for each in on_offer(recipe_of(run).spec)}
    chosen = st.menu_button(
        _("Vary this"), list(names), format_func=names.__getitem__, key=f"{key}-vary", icon=":material/science:"
    )
    if chosen is not None:
        go("experiment", run=run.id, vary=chosen)


def _with_picture(run: Run, digest: str, key: str) -> None:
    if st.button(_("Use as source"), key=f"{key}-source", icon=":material/image:"):
        go("create", source=digest)
    if st.button(_("Compare"), key=f"{key}-compare", icon=":material/compare:"):
        go("compare", runs=run.id)
    if st.button(_("Rate"), key=f"{key}-rate", icon=":material/star_rate:"):
        go("rate", run=run.id)
    with shown():
        _review(run, key)


def _review(run: Run, key: str) -> None:
    is_draft = not studio().bench.store.entries(run.id)
    words = _("Hand in for review") if is_draft else _("Review")
    if st.button(words, key=f"{key}-review", icon=":material/fact_check:"):
        go("review", run=run.id)

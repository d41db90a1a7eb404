"""Review: what may be sold where, decided by people, and how it gets there."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.errors import shown
from packshot.app.parts.in_address import after, before
from packshot.app.parts.reviewing.audit import show_audit
from packshot.app.parts.reviewing.bulk import VIEW, show_bulk
from packshot.app.parts.reviewing.handing_in import show_handing_in
from packshot.app.parts.reviewing.line import show_line, show_others
from packshot.app.parts.reviewing.one import show_one
from packshot.app.parts.reviewing.releasing import show_releasing
from packshot.app.parts.reviewing.who import show_decider
from packshot.app.words import _

ONE, BULK, HAND_IN, RELEASE, TRAIL = VIEWS = ("one", "bulk", "hand-in", "release", "trail")


def _view() -> str:
    names = {ONE: _("One by one"), BULK: _("Several"), HAND_IN: _("Hand in"), RELEASE: _("Release"), TRAIL: _("Trail")}

    def known(text: str) -> str:
        if text not in VIEWS:
            raise ValueError(text)
        return text

    key = before(VIEW, known, ONE)
    chosen = st.segmented_control(
        _("What to do"), VIEWS, format_func=names.__getitem__, required=True, key=key, label_visibility="collapsed"
    )
    return after(VIEW, chosen or ONE, ONE)


st.title(_("Review"))
with shown():
    view = _view()
    if view == TRAIL:
        show_audit()
    else:
        with st.container(horizontal=True, vertical_alignment="bottom", key="review-line"):
            line = show_line()
            who = show_decider()
        if view != RELEASE:
            show_others(line)
        if view == BULK:
            show_bulk(line, who)
        elif view == HAND_IN:
            show_handing_in(line, who)
        elif view == RELEASE:
            show_releasing(line, who)
        else:
            show_one(line, who)

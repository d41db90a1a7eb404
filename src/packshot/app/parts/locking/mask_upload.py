"""A mask that the person made: uploaded, kept in the workspace, and taken away again."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import put, value
from packshot.app.parts.errors import shown
from packshot.app.parts.source import KINDS
from packshot.app.words import _
from packshot.workflow import keep_mask

_UPLOADS, _SEEN = "asked-masks", "asked-mask-seen"


def show_mask_upload() -> None:
    """A file that was chosen just now is kept and used; one that does not fit is told, and the mask stays."""
    number = st.session_state.setdefault(_UPLOADS, 0)
    sent = st.file_uploader(
        _("Upload a mask"),
        KINDS,
        key=f"asked-mask-{number}",
        help=_("White where the product is, black elsewhere, or the same as transparency; of the photo’s size."),
    )
    told = (sent.file_id, value("source")) if sent is not None else None
    if sent is not None and st.session_state.get(_SEEN) != told:
        with shown():
            put("mask", keep_mask(studio().bench, sent.getvalue(), sent.name, value("source")))
            st.session_state[_SEEN] = told
    if value("mask"):
        st.button(_("Remove the mask"), key="asked-mask-remove", icon=":material/close:", on_click=_remove)


def _remove() -> None:
    """The uploader forgets its file by becoming another one."""
    put("mask", None)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1

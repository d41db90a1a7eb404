"""The picture that is decided on, large, with its source beside it."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.before_after import show_before_after
from packshot.app.parts.errors import plain
from packshot.app.parts.zoom import ZoomPicture, show_zoom
from packshot.app.pictures import picture_address, source_address
from packshot.app.words import _
from packshot.result import Run


def show_picture(run: Run, *, has_source: bool, visit: int) -> None:
    """Both are zoomed together; a slider between them where it is asked for."""
    if run.result is None:
        return
    name = _("The picture")
    picture = ZoomPicture(picture_address(run.result.picture_digest), name, name, run.result.width, run.result.height)
    if not has_source:
        show_zoom([picture], key="review-zoom")
        if run.resolved.intent.source is not None:
            st.info(_("The source is not in this workspace any more."))
    else:
        words = _("Source, as the model took it")
        source = ZoomPicture(source_address(run.id), words, words, run.result.width, run.result.height)
        if st.toggle(_("On one another, with a slider"), key="review-slider", persist_state="session"):
            show_before_after(source, picture, key=f"review-before-after-{visit}")
        else:
            show_zoom([picture, source], key="review-zoom")
    st.markdown(_("Asked for: {prompt}").format(prompt=plain(run.resolved.intent.prompt)))

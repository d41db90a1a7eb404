"""A few pictures of the workspace to choose one from. The gallery has all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.thumbnail import show_thumbnail
from packshot.app.places import page_file
from packshot.app.words import _
from packshot.result import Found, RunQuery, RunState

SHOWN: Final = 8


def show_recent(take: Callable[[str], None]) -> None:
    """The newest pictures; `take` gets the digest of the one that is chosen."""
    with shown():
        found = studio().bench.store.search(RunQuery(state=RunState.SUCCEEDED), limit=SHOWN, offset=0)
        if not found:
            st.caption(_("There is no picture in this workspace yet."))
            return
        with st.grid("auto", min_column_width=110, gap="xsmall"):
            for each in found:
                with st.container(gap="xsmall"):
                    _show(each, take)
        st.page_link(page_file("gallery"), label=_("All pictures are in the gallery"), icon=":material/photo_library:")


def _show(found: Found, take: Callable[[str], None]) -> None:
    if found.picture_digest is None:
        return
    show_thumbnail(found.picture_digest, found.prompt)
    st.button(
        _("Take"),
        key=f"asked-take-{found.run_id}",
        help=_("Start from the picture “{prompt}”").format(prompt=plain(found.prompt[:80])),
        on_click=take,
        args=(found.picture_digest,),
        width="stretch",
    )

"""Brings a part of the page into sight, once: what was asked for may lie below a form that fills the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_KEPT: Final = "scrolled-to"


def scroll_to(key: str) -> None:
    """The container with that key, with the next `show_scroll`."""
    _before, turn = st.session_state.get(_KEPT, ("", 0))
    st.session_state[_KEPT] = (key, turn + 1)


def show_scroll() -> None:
    """At the end of a page. Shows nothing; what is in sight already stays where it is."""
    key, turn = st.session_state.get(_KEPT, ("", 0))
    script = Path(__file__).with_name("scrolled.js").read_text(encoding="utf-8")
    component = st.components.v2.component("packshot_scrolled", js=script)
    component(data={"target": f".st-key-{key}" if key else "", "turn": turn}, key="scrolled", height=1)

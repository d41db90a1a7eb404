"""A picture of the workspace, small or whole, as wide as there is room. Knows nothing about runs."""

from __future__ import annotations

from html import escape

import streamlit as st

from packshot.app.pictures import thumbnail_address

_STYLE = "display:block;width:100%;aspect-ratio:1;border-radius:4px;"


def show_thumbnail(digest: str, alt: str) -> None:
    """The picture small, on a square."""
    st.html(f'<img src="{thumbnail_address(digest)}" alt="{escape(alt)}" style="{_STYLE}object-fit:contain">')


def show_blank() -> None:
    """The square where a picture will be."""
    st.html(f'<div aria-hidden="true" style="{_STYLE}background:rgba(128,128,128,.15)"></div>')

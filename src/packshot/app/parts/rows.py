"""Rows of a name and a text, as a definition list: wraps at any width, and says what people wrote as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

NONE = "margin:0;padding:0"
GRID = f"display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:.55rem 1.5rem;{NONE}"
BREAK = f"{NONE};overflow-wrap:anywhere;white-space:pre-wrap"


def show_rows(rows: Iterable[tuple[str, str]]) -> None:
    """Names above their texts, side by side where there is room."""
    pairs = "".join(
        f'<div><dt style="font-weight:600;{NONE}">{escape(name)}</dt><dd style="{BREAK}">{escape(text)}</dd></div>'
        for name, text in rows
    )
    st.html(f'<dl style="{GRID}">{pairs}</dl>')


def show_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table whose first column names its rows. Scrolls in itself where it is too wide."""
    cell = 'style="text-align:left;padding:.3rem .9rem .3rem 0;vertical-align:top"'
    head = "".join(f'<th scope="col" {cell}>{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row" {cell}>{escape(first)}</th>{"".join(f"<td {cell}>{escape(t)}</td>" for t in rest)}</tr>'
        for first, *rest in rows
    )
    st.html(
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )

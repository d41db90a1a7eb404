"""A picture of the workspace at its address, with boxes over it where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from packshot.app.pictures import picture_address
from packshot.report.overlay import OverlayBox

FAULT, FACT = "#C62828", "#1565C0"
"""Of boxes that cost points, and of others. Both stand on a white line, so that they are seen on any picture."""


def show_picture(
    digest: str, alt: str, size: tuple[int, int], boxes: Sequence[OverlayBox] = (), caption: str = ""
) -> None:
    """The picture of `size` (width, height) as large as there is room, at most 640 px wide."""
    width, height = size
    below = f'<figcaption style="font-size:.9rem">{escape(caption)}</figcaption>' if caption else ""
    st.html(
        f'<figure style="margin:0"><div style="position:relative;max-width:{max(width, 640)}px">'
        f'<img src="{picture_address(digest)}" alt="{escape(alt)}" width="{width}" height="{height}"'
        f' style="display:block;width:100%;height:auto;border-radius:4px">'
        f"{_drawn(boxes, width, height)}</div>{below}</figure>"
    )


def _drawn(boxes: Sequence[OverlayBox], width: int, height: int) -> str:
    """An SVG in the picture's own pixels. Hidden from readers of the page: the legend below says the same."""
    if not boxes:
        return ""
    marks = "".join(_mark(box, max(width, height) / 640) for box in boxes)
    return (
        f'<svg viewBox="0 0 {width} {height}" aria-hidden="true"'
        f' style="position:absolute;inset:0;width:100%;height:100%">{marks}</svg>'
    )


def _mark(box: OverlayBox, unit: float) -> str:
    """`unit` is how many of the picture's pixels one of the screen takes, about."""
    colour = FAULT if box.is_fault else FACT
    place = f'x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}" fill="none"'
    side, top = 20 * unit, max(box.top, 0)
    return (
        f'<rect {place} stroke="#fff" stroke-width="{5 * unit:.2f}"/>'
        f'<rect {place} stroke="{colour}" stroke-width="{2.5 * unit:.2f}"/>'
        f'<rect x="{box.left}" y="{top}" width="{side:.1f}" height="{side:.1f}" fill="{colour}"/>'
        f'<text x="{box.left + side / 2:.1f}" y="{top + side * 0.75:.1f}" text-anchor="middle" fill="#fff"'
        f' font-size="{14 * unit:.1f}" font-family="sans-serif">{box.number}</text>'
    )

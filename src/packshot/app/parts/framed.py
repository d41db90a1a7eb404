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
    """Frames in shares of the picture's sides. Hidden from readers of the page: the legend below says the same."""
    return "".join(_frame(box, width, height) for box in boxes)


def _frame(box: OverlayBox, width: int, height: int) -> str:
    """The larger boxes come first, so that the smaller ones lie over them."""
    colour = FAULT if box.is_fault else FACT
    place = (
        f"left:{100 * box.left / width:.3f}%;top:{100 * box.top / height:.3f}%;"
        f"width:{100 * box.width / width:.3f}%;height:{100 * box.height / height:.3f}%"
    )
    look = f"background:{colour};color:#fff;font-size:13px;padding:0 5px;line-height:1.4"
    number = f'<span style="{look}">{box.number}</span>'
    return (
        f'<div aria-hidden="true" style="position:absolute;box-sizing:border-box;line-height:1;{place};'
        f'border:2px solid {colour};box-shadow:0 0 0 2px #fff">{number}</div>'
    )

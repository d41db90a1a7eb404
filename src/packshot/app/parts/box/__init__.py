"""A box that is drawn, moved and sized on a picture, by mouse, finger or keyboard. Knows nothing of what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from packshot.app.parts.component import mount
from packshot.app.words import _

Box = tuple[int, int, int, int]
"""left, top, width, height in pixels of the frame."""

LEAST_PX: Final = 8
SHOWN_PX: Final = 480


@dataclass(frozen=True, slots=True)
class Frame:
    """What a box is drawn on: its `size` (width, height) in pixels, a picture's address or a colour.

    `inside` is the address of what stands in the box; `proportion` is the width by the height that it keeps, None where
    it may have any.
    """

    size: tuple[int, int]
    picture: str = ""
    colour: str = "transparent"
    inside: str = ""
    proportion: float | None = None


def show_box(frame: Frame, box: Box | None, *, key: str, label: str, on_box: Callable[[Box], None]) -> None:
    """The frame with its box, None where none was drawn yet. `on_box` hears of each change when the hand lets go.

    `label` names the frame to readers of the page.
    """
    words = {
        "label": label,
        "left": _("Left"),
        "top": _("Top"),
        "width": _("Width"),
        "height": _("Height"),
        "hint": _moving() if frame.proportion else _drawing(),
    }
    data = {
        "width": frame.size[0],
        "height": frame.size[1],
        "picture": frame.picture,
        "colour": frame.colour,
        "inside": frame.inside,
        "proportion": frame.proportion,
        "least": 1 if frame.proportion else LEAST_PX,
        "shown": SHOWN_PX,
        "box": list(box) if box is not None else None,
        "words": words,
    }
    mount(Path(__file__).parent, data, key, on_box_change=lambda: _heard(key, on_box))


def _heard(key: str, on_box: Callable[[Box], None]) -> None:
    sent = (st.session_state.get(key) or {}).get("box")
    if sent is not None:
        left, top, width, height = (int(side) for side in sent)
        on_box((left, top, width, height))


def _drawing() -> str:
    return _(
        "Draw with the mouse or a finger; drag the box or its corners to change it. Keys: arrows move, with Shift they"
        " change the size."
    )


def _moving() -> str:
    return _(
        "Drag the product to move it, a corner to scale it. Keys: arrows move, with Shift they change the size. Pixels"
        " of the picture."
    )

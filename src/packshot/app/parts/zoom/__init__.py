"""Pictures side by side, looked at together: what one is zoomed and moved to, all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from packshot.app.parts.component import mount
from packshot.app.words import _


@dataclass(frozen=True, slots=True)
class ZoomPicture:
    """A picture by its address, with its alternative text, the caption below it, and its size in pixels."""

    address: str
    alt: str
    caption: str
    width: int
    height: int


def show_zoom(pictures: Sequence[ZoomPicture], *, key: str) -> None:
    """Side by side where there is room, else below each other. Sizes may differ: places are shares of a picture."""
    words = {
        "tools": _("Zoom"),
        "out": _("Zoom out"),
        "in": _("Zoom in"),
        "fit": _("Whole picture"),
        "fit_long": _("Show the pictures whole"),
        "full": "100 %",
        "full_long": _("One pixel of the picture is one pixel of the screen"),
        "hint": _(
            "Wheel or pinch zooms, dragging moves, a double click shows 100 %. Keys: + − zoom, 0 fits, arrows move."
        ),
    }
    mount(Path(__file__).parent, {"pictures": [asdict(each) for each in pictures], "words": words}, key)

"""Two pictures on one another, parted by a line that a slider moves."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from packshot.app.parts.component import mount
from packshot.app.parts.zoom import ZoomPicture
from packshot.app.words import _


def show_before_after(left: ZoomPicture, right: ZoomPicture, *, key: str) -> None:
    """`left` is seen left of the line, `right` right of it. Both fill the frame of `right` as far as they fit."""
    words = {
        "slider": _("Line between {left} (left) and {right} (right)").format(left=left.caption, right=right.caption),
        "value": _("{percent} {left}, the rest {right}"),
    }
    mount(Path(__file__).parent, {"left": asdict(left), "right": asdict(right), "words": words}, key)

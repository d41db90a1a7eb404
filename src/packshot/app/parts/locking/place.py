"""Where the product stands in the picture: as in its photo, or moved and scaled by hand."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import key, put, value
from packshot.app.parts.box import Box, Frame, show_box
from packshot.app.parts.errors import shown
from packshot.app.parts.locking.background import ground_asked, is_white
from packshot.app.parts.locking.found import Shown
from packshot.app.parts.one_of import show_one_of
from packshot.app.words import _
from packshot.spec import Background, Placement
from packshot.workflow import locked_size, own_place, place_of_width


def show_place(seen: Shown | None) -> None:
    """The choice, and the picture with the product in it where it is moved."""
    names = {"own": _("As in the photo"), "other": _("Moved or scaled")}
    show_one_of(
        "place",
        _("Place"),
        names,
        _("Where the product stands in the picture. Unscaled, every one of its pixels is the photo’s."),
    )
    if value("place") != "other":
        return
    if seen is None or seen.product.box is None:
        st.caption(_("Its place can be chosen once the product is found."))
        return
    with shown():
        _show(seen)


def place_asked(seen: Shown | None) -> str | None:
    """`WIDTHxHEIGHT+LEFT+TOP`, None where the product stands as in the photo."""
    if value("place") != "other" or value("box") is None or seen is None or seen.product.box is None:
        return None
    return str(_placement(seen))


def size_asked() -> tuple[int, int] | None:
    """Width and height that were typed; None where they are left open, or nobody typed both."""
    width, height = value("width"), value("height")
    return (width, height) if value("size") == "other" and min(width or 0, height or 0) > 0 else None


def _show(seen: Shown) -> None:
    background = Background(value("background"))
    size = locked_size(studio().bench, background, seen.product.size, size_asked(), value("model"))
    if size is None:
        st.caption(_("How large the picture becomes is known when the model is here."))
        return
    place = own_place(seen.product, size) if value("box") is None else _placement(seen)
    assert seen.product.box is not None  # show_place has looked
    left, top, right, bottom = seen.product.box
    colour = "#ffffff" if is_white() else ground_asked() or seen.product.ground
    show_box(
        Frame(size, "", colour, seen.alone, (right - left) / (bottom - top)),
        (place.left, place.top, place.width, place.height),
        key=f"{key('box-out')}-{value('source')[:12]}",
        label=_("The picture, with the product in its place"),
        on_box=_use,
    )


def _placement(seen: Shown) -> Placement:
    left, top, width = value("box")
    return place_of_width(seen.product, width, left, top)


def _use(box: Box) -> None:
    put("box", box[:3])

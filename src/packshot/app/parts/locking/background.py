"""What stands around a locked product: white or a scene, its shadow, and the colour that a scene begins with."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.asked_state import KEEP, key, value
from packshot.app.parts.one_of import show_one_of
from packshot.app.words import _
from packshot.spec import Background


def is_white() -> bool:
    """Whether no model is asked."""
    return str(value("background")) == Background.WHITE


def show_background() -> None:
    """White or a scene."""
    names = {"scene": _("A scene"), "white": _("White")}
    show_one_of(
        "background",
        _("Background"),
        names,
        _("A scene is made by a model from the prompt; white is exact, and needs no model."),
    )


def show_shadow() -> None:
    """Natural or none."""
    names = {"natural": _("Natural"), "none": _("None")}
    show_one_of("shadow", _("Shadow"), names, _("A soft one where the product stands, or none."))


def show_ground() -> None:
    """The colour that a scene begins with, and how much of it is changed."""
    names = {"own": _("The photo’s own"), "other": _("Another")}
    show_one_of("ground", _("First ground"), names, _("The colour that a scene begins with; strength says what stays."))
    if value("ground") == "other":
        st.color_picker(_("Colour of the first ground"), key=key("colour"), **KEEP)
    st.slider(
        _("Strength"),
        0.0,
        1.0,
        step=0.01,
        key=key("strength"),
        help=_("How much of the first ground is changed: 0 nothing, 1 everything."),
        **KEEP,
    )


def ground_asked() -> str | None:
    """None where the photo's own is taken, or there is none to begin with."""
    return str(value("colour")) if value("ground") == "other" and not is_white() else None

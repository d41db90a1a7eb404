"""Which model: those that are here first, and any folder or hub id that is typed."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import KEEP, key, put, value
from packshot.app.words import _
from packshot.errors import PackshotError
from packshot.spec import defaults
from packshot.workflow import OwnSettings, own_settings

FOLLOWING: Final = {"steps": defaults.STEPS, "guidance": defaults.GUIDANCE}
"""Fields that follow the model as long as nobody changed them, and what they are where its own are not known."""


def show_model() -> None:
    """The choice. With another model, steps and guidance that nobody changed become its own."""
    here = dict(_listed())
    absent = _("{model} (not on this machine)")
    titles = {name: name if here[name] else absent.format(model=name) for name in here}
    names = sorted(here, key=lambda name: not here[name])
    st.selectbox(
        _("Model"),
        names if value("model") in here else [value("model"), *names],
        format_func=lambda name: titles.get(name, name),
        key=key("model"),
        accept_new_options=True,
        on_change=_follow,
        help=_("A name of the list, a folder or a .safetensors file of this machine, or owner/name of the hub."),
        **KEEP,
    )


def own_of(model: str | None) -> OwnSettings | None:
    """What the model takes by itself; None where that is not known here. What is wrong with it is told by Make."""
    try:
        return own_settings(studio().bench, model)
    except PackshotError:
        return None


@st.cache_data(ttl=30, show_spinner=False)
def _listed() -> list[tuple[str, bool]]:
    """Names, and whether they are on this machine."""
    return [(listing.name, listing.available) for listing in studio().bench.catalogue.listings()]


def _follow() -> None:
    before, after = own_of(value("followed")), own_of(value("model"))
    for name, usual in FOLLOWING.items():
        if value(name) == getattr(before, name, usual):
            put(name, getattr(after, name, usual))
    put("followed", value("model"))

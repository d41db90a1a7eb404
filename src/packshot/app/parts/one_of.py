"""A field of Create with a few answers, of which exactly one holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from packshot.app.parts.asked_state import KEEP, key


def show_one_of(
    field: str,
    label: str,
    names: Mapping[str, str],
    explained: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    """`names` are what the answers are called; the code of the one that is chosen is kept as `field`."""
    settings: dict[str, Any] = {"format_func": names.__getitem__, "required": True, "help": explained}
    st.segmented_control(label, list(names), key=key(field), on_change=on_change, **settings, **KEEP)

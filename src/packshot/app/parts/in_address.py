"""What is chosen on a page, in the address: it stays there while the page shows something else, and after a reload.

Streamlit's own binding takes a value out of the address as soon as its widget is not shown. A widget is made between
`before` and `after`; the address wins where somebody else changed it: a link, or the browser's way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st

T = TypeVar("T")
TOLD: Final = "told in the address"
"""Where the session keeps what was written there, by name."""


def own_key(name: str) -> str:
    """The widget's key."""
    return f"filter-{name}"


def asked(name: str, read: Callable[[str], T], default: T) -> T:
    """What the address asks for; the default where it asks for nothing, or `read` raises ValueError."""
    try:
        return read(st.query_params[name]) if name in st.query_params else default
    except ValueError:
        return default


def before(name: str, read: Callable[[str], T], default: T) -> str:
    """The key for a widget, which holds what was chosen, or what the address asks for since."""
    key, told = own_key(name), st.session_state.setdefault(TOLD, {})
    if key not in st.session_state or told.get(name) != st.query_params.get(name):
        st.session_state[key] = asked(name, read, default)
    return key


def after(name: str, value: T, default: T) -> T:
    """Writes what the widget says; the default stands for itself."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)
    st.session_state[TOLD][name] = st.query_params.get(name)
    return value

"""A component of our own from its folder: `component.html`, `.css` and `.js`, which run in the page itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


def mount(folder: Path, data: dict[str, Any], key: str, **on_change: Any) -> None:
    """Shows the component of that folder with what it gets as `data`.

    What it sends back by a name (a function without arguments as `on_box_change=…` hears of the value `box`) stands in
    the session under `key`.
    """
    html, css, js = _texts(folder)
    show = st.components.v2.component(f"packshot_{folder.name}", html=html, css=css, js=js)
    show(data=data, key=key, **on_change)


@cache
def _texts(folder: Path) -> tuple[str, ...]:
    return tuple((folder / f"component.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))

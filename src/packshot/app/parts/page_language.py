"""Tells the browser which language the page is in; Streamlit's own page says English, always."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def set_page_language(code: str) -> None:
    """`code` as in HTML's `lang`. Shows nothing."""
    component = st.components.v2.component(
        "packshot_page_language", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    )
    component(data={"language": code}, key="page-language", height=1)

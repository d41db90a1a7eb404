"""What is chosen in the dark is written in the links' colour: the accent, which Streamlit takes, has 3.6 : 1 there."""

from __future__ import annotations

from typing import Final

import streamlit as st

COLOUR: Final = "#84CAD8"
"""Of links in the dark (`.streamlit/config.toml`): 9.4 : 1 on the page."""

CHOSEN: Final = ('[data-variant="segmented_control"][aria-checked="true"]', '[role="tab"][aria-selected="true"]')


def keep_dark_contrast() -> None:
    """Nothing in the light, where the accent has 6.7 : 1."""
    if st.context.theme.type == "dark":
        st.html(f"<style>{','.join(f'{each},{each} p' for each in CHOSEN)}{{color:{COLOUR}!important}}</style>")

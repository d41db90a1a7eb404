"""The pages by name, and how to get from one to another. Knows nothing of what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NoReturn

import streamlit as st

Place = Literal["create", "experiment", "compare", "rate", "review", "gallery", "about"]

FOLDER: Final = Path(__file__).parent / "pages"


def page_file(place: Place) -> Path:
    """The page's script, for `st.Page` and `st.page_link`."""
    return FOLDER / f"{place}.py"


def go(place: Place, **query: str) -> NoReturn:
    """Leaves this page for another, `query` in its address: `go("gallery", run=run_id)`."""
    st.switch_page(page_file(place), query_params=query)
    raise AssertionError("Streamlit leaves the script in switch_page")

"""What a model does not know of a prompt, said while it is typed: afterwards it has cost a picture."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.words import said
from packshot.errors import PackshotError
from packshot.workflow import foresee


def show_unknown(prompt: str, model: str | None, *, locks: bool = False) -> None:
    """A line for each thing. Nothing where the model is not here, or says nothing of itself."""
    try:
        notes = foresee(studio().bench, prompt, model, locks=locks)
    except PackshotError:
        return  # what is wrong with the model is told by Make
    for note in notes:
        st.warning(plain(said(note)), icon=":material/info:")

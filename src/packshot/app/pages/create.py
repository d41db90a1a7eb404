"""Create: pictures from words, or from a photo."""

from __future__ import annotations

import streamlit as st

from packshot.app.words import _

st.title(_("Create"))

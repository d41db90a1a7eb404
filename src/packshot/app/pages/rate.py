"""Rate: the rubric, by a person."""

from __future__ import annotations

import streamlit as st

from packshot.app.words import _

st.title(_("Rate"))

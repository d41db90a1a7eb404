"""Experiment: one setting changed at a time."""

from __future__ import annotations

import streamlit as st

from packshot.app.words import _

st.title(_("Experiment"))

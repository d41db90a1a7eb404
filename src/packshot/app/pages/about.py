"""About this model: what it can do, and this machine."""

from __future__ import annotations

import streamlit as st

from packshot.app.words import _

st.title(_("About this model"))

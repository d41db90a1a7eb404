"""Gallery: every picture of the workspace."""

from __future__ import annotations

import streamlit as st

from packshot.app.words import _

st.title(_("Gallery"))

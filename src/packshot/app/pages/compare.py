"""Compare: pictures side by side."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.comparing.choosing import chosen_sides, show_adding, show_chosen
from packshot.app.parts.comparing.pair import show_pair
from packshot.app.parts.comparing.tables import show_tables
from packshot.app.parts.errors import shown
from packshot.app.parts.zoom import show_zoom
from packshot.app.words import _

st.title(_("Compare"))

with shown():
    sides = chosen_sides()
    if not sides:
        st.text(_("Choose two to four pictures. Here, or in the gallery."))
    if len(sides) == 1:
        st.info(_("Add a second picture, or compare this one with its source, if it has one."))
    show_adding(sides)
    if sides:
        show_zoom([side.as_zoom() for side in sides], key="compare-zoom")
        show_chosen(sides)
    if len(sides) > 1:
        show_pair(sides)
        show_tables(sides)

"""Experiment: one setting changed at a time."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.errors import shown
from packshot.app.parts.experiment_list import show_experiments
from packshot.app.parts.experiment_live import show_job
from packshot.app.parts.experiment_outcome import show_stored
from packshot.app.parts.plan_again import show_more_seeds
from packshot.app.parts.plan_forecast import show_forecast
from packshot.app.parts.plan_start import show_start
from packshot.app.words import _


def leave() -> None:
    """Back to where experiments begin."""
    for name in ("job", "experiment", "more"):
        st.query_params.pop(name, None)


job, experiment, more = (st.query_params.get(name) for name in ("job", "experiment", "more"))
st.title(_("Experiment"))
with shown():
    if job or experiment or more:
        st.button(_("All experiments"), key="experiment-leave", icon=":material/arrow_back:", on_click=leave)
    if job:
        show_job(job)
    elif experiment:
        show_stored(experiment)
    elif more:
        show_more_seeds(more)
    else:
        chosen = show_start()
        if chosen is not None:
            show_forecast(*chosen)
        st.divider()
        show_experiments()

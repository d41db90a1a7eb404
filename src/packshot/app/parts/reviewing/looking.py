"""What is known of a picture before somebody decides: kept for some minutes, asked anew when they decide."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.workflow.against import Against, stands_against

KEPT_S: Final = 300


def against_of(run_id: str, channel: str | None) -> Against | None:
    """What stands against selling the picture there; None in general. Raises what `stands_against` does."""
    if channel is None:
        return None
    bench = studio().bench
    return _against(str(bench.settings.workspace.resolve()), run_id, channel, bench.now().date().isoformat())


@st.cache_data(ttl=KEPT_S, max_entries=2_000, show_spinner=False)
def _against(workspace: str, run_id: str, channel: str, day: str) -> Against:
    """A run's pixels never change, and rules do so from one day to another."""
    bench = studio().bench
    return stands_against(bench, bench.store.run(run_id), channel)

"""What is rated, by whom, and how. The address has it, so that a reload goes on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from packshot.app.access import person

BLIND, OPEN = "blind", "open"


@dataclass(frozen=True, slots=True)
class Task:
    """An experiment by its name, or `runs` where it is None."""

    experiment: str | None
    runs: tuple[str, ...]
    rater: str
    blind: bool


def current_task() -> Task | None:
    """What the address says; None as long as nothing was begun."""
    query = st.query_params
    mode, rater = query.get("mode"), person() or query.get("by", "").strip()
    experiment, runs = query.get("experiment") or None, chosen_runs()
    if mode not in (BLIND, OPEN) or not rater or not (experiment or runs):
        return None
    return Task(experiment, () if experiment else runs, rater, mode == BLIND)


def begin(task: Task) -> None:
    """Puts it into the address. A signed-in name stays out of it: the token has it."""
    query = st.query_params
    if task.experiment is None:
        query.pop("experiment", None)
    else:
        query["experiment"] = task.experiment
        query.pop("runs", None)
        query.pop("run", None)
    if person() is None:
        query["by"] = task.rater
    query["mode"] = BLIND if task.blind else OPEN


def leave() -> None:
    """Back to the choice. What was rated stays."""
    st.query_params.pop("mode", None)


def chosen_runs() -> tuple[str, ...]:
    """The pictures that were chosen elsewhere, several or one: ids, or unique prefixes of them."""
    asked = (st.query_params.get("runs") or st.query_params.get("run", "")).split(",")
    return tuple(dict.fromkeys(each.strip() for each in asked if each.strip()))

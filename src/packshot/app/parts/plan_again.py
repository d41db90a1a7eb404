"""The plan of an experiment that is here, again, with more seeds: looked at before it starts."""

from __future__ import annotations

from packshot.app.access import studio
from packshot.app.parts.errors import shown
from packshot.app.parts.experiment_outcome import show_heading
from packshot.app.parts.plan_forecast import show_forecast
from packshot.workflow import with_more_seeds


def show_more_seeds(name: str) -> None:
    """What it would make besides, and the button that starts it."""
    with shown():
        plan = with_more_seeds(studio().bench, name)
        show_heading(plan.as_json())
        show_forecast(plan, None)

"""An experiment as it is stored: a plan by name, and cells that point to runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from packshot.spec import Frozen


class Cell(Frozen):
    """One named place of an experiment. Two cells may share a run. `change` is what differs from the baseline."""

    name: str
    position: int
    group: str
    spec_hash: str
    run_id: str | None = None
    change: dict[str, Any] = Field(default_factory=dict)


class Experiment(Frozen):
    """A plan that was started: its text as it was (`plan`, a JSON value), and its cells in order."""

    name: str
    created_at: datetime
    plan: dict[str, Any]
    cells: tuple[Cell, ...]

"""An experiment as it is stored: a plan by name, and cells that point to runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from packshot.spec import Frozen


class Cell(Frozen):
    """One named place of an experiment. Two cells may share a run.

    `spec_hash` is empty until the cell is resolved: of a long plan, not everything is at once. `arm` is the plan's arm
    (or its baseline, or its smoke test) that the cell belongs to, `change` what that arm differs in from the baseline.
    `seed` and `product` (a SKU) name the block: cells of one block differ in their arm
    alone, so they are compared in pairs. `against` is the arm that it is compared with, None for the baseline.
    """

    name: str
    position: int
    group: str
    spec_hash: str
    run_id: str | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    arm: str = ""
    seed: int | None = None
    product: str | None = None
    against: str | None = None


class Experiment(Frozen):
    """A plan that was started: its text as it was (`plan`, a JSON value), and its cells in order."""

    name: str
    created_at: datetime
    plan: dict[str, Any]
    cells: tuple[Cell, ...]


class ExperimentSummary(Frozen):
    """An experiment in numbers: how many cells have a run in which state, `missing` where they have none yet."""

    name: str
    created_at: datetime
    states: dict[str, int]

    @property
    def cells(self) -> int:
        """All cells."""
        return sum(self.states.values())

    @property
    def with_run(self) -> int:
        """Cells with a run."""
        return self.cells - self.states.get("missing", 0)

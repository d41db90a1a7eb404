"""The baseline that a cell is compared with: that of its own block (its seed and product), else the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from packshot.experiment.observe import arm_of
from packshot.report.source import ReportSource
from packshot.result import Cell, Experiment, Run

BASELINE: Final = "baseline"
SMOKE_GROUP: Final = "smoke test"

Block = tuple[int | None, str | None]


class Baselines:
    """The runs of the arm that the plan calls its baseline, else of the first cell that changes nothing and is no smoke
    test. Each is read when it is first asked for."""

    def __init__(self, source: ReportSource, found: Experiment, cells: Sequence[Cell]) -> None:
        planned = found.plan.get(BASELINE)
        name = planned.get("name", BASELINE) if isinstance(planned, dict) else BASELINE
        candidates = [cell for cell in cells if name in (arm_of(cell), cell.name)]
        candidates = candidates or [cell for cell in cells if not cell.change and cell.group != SMOKE_GROUP][:1]
        self._source = source
        self._run_ids = {block_of(cell): cell.run_id for cell in candidates if cell.run_id is not None}
        self._read: dict[str, Run] = {}

    @property
    def first(self) -> Run | None:
        """The first block's."""
        return next((self._run(run_id) for run_id in self._run_ids.values()), None)

    def of(self, cell: Cell) -> Run | None:
        """That of a cell's block, else the first."""
        run_id = self._run_ids.get(block_of(cell))
        return self.first if run_id is None else self._run(run_id)

    def _run(self, run_id: str) -> Run:
        if run_id not in self._read:
            self._read[run_id] = self._source.run(run_id)
        return self._read[run_id]


def block_of(cell: Cell) -> Block:
    """What cells that are compared with each other have in common."""
    return cell.seed, cell.product

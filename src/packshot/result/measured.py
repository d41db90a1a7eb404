"""A cell of an experiment with all that is known of its picture."""

from __future__ import annotations

from packshot.result.evidence import Evidence
from packshot.result.experiment import Cell
from packshot.result.rating import Rating
from packshot.result.run import Run, RunState
from packshot.result.verdict import Sameness
from packshot.spec import Frozen


class MeasuredCell(Frozen):
    """`run` is None where the cell has not run; without a picture the rest is empty. `replays` are their verdicts."""

    cell: Cell
    run: Run | None = None
    evidence: tuple[Evidence, ...] = ()
    ratings: tuple[Rating, ...] = ()
    replays: tuple[Sameness, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Whether its run succeeded."""
        return self.run is not None and self.run.state is RunState.SUCCEEDED and self.run.result is not None

"""Everything that a report shows, as frozen values. Knows nothing about stores or pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from packshot.experiment.observe import arm_of
from packshot.report.analysis import Analysis
from packshot.report.stored_picture import StoredPicture
from packshot.result import Cell, Evidence, Proposal, Provenance, Rating, Run, RunState, Timings
from packshot.spec import Intent, Mode


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One run of the experiment, once, under all names that it has there."""

    run: Run
    cells: tuple[Cell, ...]
    files: tuple[str, ...]
    """Exported files beside the report, one for each name that has one."""
    picture: StoredPicture | None
    source: StoredPicture | None
    evidence: tuple[Evidence, ...]
    proposal: Proposal | None
    ratings: tuple[Rating, ...]
    replays: tuple[Run, ...]
    differs: tuple[str, ...]
    """The settings that differ from those of the baseline of its block (its seed and product)."""
    psnr_to_baseline_db: float | None
    """None for the baseline itself, and where the pictures cannot be compared."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its cells."""
        return tuple(cell.name for cell in self.cells)

    @property
    def name(self) -> str:
        """The first name."""
        return self.cells[0].name

    @property
    def arm(self) -> str:
        """The arm of its first cell."""
        return arm_of(self.cells[0])

    @property
    def group(self) -> str:
        """The group of its first cell."""
        return self.cells[0].group

    @property
    def intent(self) -> Intent:
        """What was asked for."""
        return self.run.resolved.intent

    @property
    def is_img2img(self) -> bool:
        """Whether it started from a source picture."""
        return self.intent.mode is Mode.IMAGE_TO_IMAGE

    @property
    def timings(self) -> Timings | None:
        """Seconds by stage, where there is a result."""
        return None if self.run.result is None else self.run.result.timings

    @property
    def provenance(self) -> Provenance | None:
        """The circumstances, where there is a result."""
        return None if self.run.result is None else self.run.result.provenance

    @property
    def notes(self) -> tuple[str, ...]:
        """What was said about it: all of its circumstances, or without a result what was noted before it ran."""
        return self.run.resolved.origin.notes if self.provenance is None else self.provenance.notes

    @property
    def trouble(self) -> str | None:
        """Why there is no picture, by name; None where there is one."""
        if self.run.failure is not None:
            return self.run.failure.code
        return None if self.run.state is RunState.SUCCEEDED else str(self.run.state)

    @property
    def reference(self) -> str:
        """What `packshot replay` takes: the file beside, else the run."""
        return self.files[0] if self.files else self.run.id

    def measured(self, name: str) -> float | str | None:
        """The value of the evidence of a name; None where it is not there or not measured."""
        return next((entry.value for entry in self.evidence if entry.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One cell of the plan. `shot` is None where it has not run, or is not shown."""

    cell: Cell
    shot: Shot | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a report of many pictures leaves out: runs by number, `pictures` of them with a picture."""

    runs: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class ReportData:
    """An experiment as it stands in the store. `shots` holds every run that is shown once, in the plan's order."""

    name: str
    plan: str
    """The plan's name: the experiment's is another where another model ran it."""
    title: str
    question: str
    created_at: datetime
    rows: tuple[Row, ...]
    waiting: tuple[str, ...]
    """Cells that have not run."""
    shots: tuple[Shot, ...]
    hidden: Hidden
    baseline: Shot | None
    analysis: Analysis

    @property
    def made(self) -> tuple[Shot, ...]:
        """Runs with a picture, of those shown."""
        return tuple(shot for shot in self.shots if shot.picture is not None)

    @property
    def made_in_all(self) -> int:
        """Runs with a picture, shown or not."""
        return len(self.made) + self.hidden.pictures

    @property
    def runs_in_all(self) -> int:
        """Runs, shown or not."""
        return len(self.shots) + self.hidden.runs

    @property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """Every note once, with the cells that it speaks of."""
        cells: dict[str, tuple[str, ...]] = {}
        for shot in self.shots:
            for note in shot.notes:
                cells[note] = (*cells.get(note, ()), *shot.names)
        return cells

    @property
    def failed(self) -> tuple[Shot, ...]:
        """Runs without one."""
        return tuple(shot for shot in self.shots if shot.picture is None)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that cells are repeated over; empty without replicates."""
        return tuple(dict.fromkeys(shot.cells[0].seed for shot in self.shots if shot.cells[0].seed is not None))

    @property
    def products(self) -> tuple[str, ...]:
        """The products (SKUs) that cells are repeated over; empty without."""
        return tuple(dict.fromkeys(s.cells[0].product for s in self.shots if s.cells[0].product is not None))

    @property
    def is_replicated(self) -> bool:
        """Whether any arm has more than one picture."""
        return len(self.seeds) > 1 or len(self.products) > 1

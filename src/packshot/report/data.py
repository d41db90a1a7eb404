"""Everything that a report shows, as frozen values. Knows nothing about stores or pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from packshot.result import Cell, Evidence, Pixels, Provenance, Rating, Run, RunState, Timings
from packshot.spec import Intent, Mode


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One run of the experiment, once, under all names that it has there."""

    run: Run
    names: tuple[str, ...]
    group: str
    files: tuple[str, ...]
    """Exported files beside the report, one for each name that has one."""
    pixels: Pixels | None
    source: Pixels | None
    evidence: tuple[Evidence, ...]
    ratings: tuple[Rating, ...]
    replays: tuple[Run, ...]
    differs: tuple[str, ...]
    """The settings that differ from the baseline's."""
    psnr_to_baseline_db: float | None
    """None for the baseline itself, and where the pictures cannot be compared."""

    @property
    def name(self) -> str:
        """The first name."""
        return self.names[0]

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


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One cell of the plan. `shot` is None where it has not run."""

    cell: Cell
    shot: Shot | None


@dataclass(frozen=True, slots=True, eq=False)
class ReportData:
    """An experiment as it stands in the store. `shots` holds every run once, in the plan's order."""

    name: str
    title: str
    question: str
    created_at: datetime
    rows: tuple[Row, ...]
    shots: tuple[Shot, ...]
    baseline: Shot | None

    @property
    def made(self) -> tuple[Shot, ...]:
        """Runs with a picture."""
        return tuple(shot for shot in self.shots if shot.pixels is not None)

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
        return tuple(shot for shot in self.shots if shot.pixels is None)

"""Which pictures are compared: runs' pictures, or the source of a run as the model took it. Knows nothing of pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from packshot.errors import RecordError
from packshot.report.wording import measured_alike
from packshot.resolve import fit_source
from packshot.result import Evidence, Pixels, Run
from packshot.workflow.lookup import find_run
from packshot.workflow.workbench import Workbench

COMPARED_MAX: Final = 4
"""Pictures side by side: more are too small to compare."""

SOURCE_ENDING: Final = ".source"
"""What a reference to the source of a run ends with."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A picture of a comparison: what a run made, or with `is_source` what it began with. Sizes in pixels."""

    run: Run
    is_source: bool = False

    @property
    def reference(self) -> str:
        """What `compared` finds it by."""
        return self.run.id + (SOURCE_ENDING if self.is_source else "")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height. A source has those that it was fitted to."""
        return self.run.resolved.intent.width, self.run.resolved.intent.height

    @property
    def pixels_key(self) -> str:
        """Equal where the pixels are equal; the runs of one source that was fitted alike share it."""
        intent, result = self.run.resolved.intent, self.run.result
        if self.is_source and intent.source is not None:
            return f"{intent.source.digest} {intent.width}x{intent.height} {intent.fit}"
        return "" if result is None else result.picture_digest


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What was measured under one name in each of some runs, in their order; None where it was not looked for."""

    name: str
    entries: tuple[Evidence | None, ...]

    @property
    def readings(self) -> tuple[str | None, ...]:
        """The values with their units, all with as many decimals; None where it was not looked for."""
        there = [entry for entry in self.entries if entry is not None]
        said = iter(measured_alike([(entry.value, entry.unit) for entry in there]))
        return tuple(None if entry is None else next(said) for entry in self.entries)


def compared(bench: Workbench, reference: str) -> Compared:
    """The picture of a run's id, or a unique prefix of one; with `.source` behind it, the run's source.

    Raises RecordError where there is no such run, where it has no picture, or no source.
    """
    is_source = reference.endswith(SOURCE_ENDING)
    run = find_run(bench, reference.removesuffix(SOURCE_ENDING))
    if run.result is None:
        raise RecordError(
            "record.unfinished", f"run {run.id} has no picture to compare", expected="succeeded", got=str(run.state)
        )
    if is_source:
        _source_digest(run)
    return Compared(run, is_source)


def pixels_of(bench: Workbench, picture: Compared) -> Pixels:
    """(H, W, 3). Raises StoreError where the picture cannot be read."""
    if picture.is_source:
        return fitted_source(bench, picture.run)
    return bench.store.pictures.get(picture.run.result.picture_digest if picture.run.result is not None else "")


def fitted_source(bench: Workbench, run: Run) -> Pixels:
    """A run's source (H, W, 3) as the model took it: in the size of the picture, by the run's rule.

    Raises RecordError where the run has no source, StoreError where the workspace has lost it.
    """
    intent, digest = run.resolved.intent, _source_digest(run)
    pixels = bench.store.pictures.get(digest)
    return pixels if intent.fit is None else fit_source(pixels, (intent.width, intent.height), intent.fit)


def differing_evidence(bench: Workbench, runs: Sequence[Run]) -> tuple[EvidenceRow, ...]:
    """What was measured in the runs and reads differently, in the order of the first that has it."""
    found = [{entry.name: entry for entry in bench.store.evidence(run.id)} for run in runs]
    names = dict.fromkeys(name for entries in found for name in entries)
    rows = (EvidenceRow(name, tuple(entries.get(name) for entries in found)) for name in names)
    return tuple(row for row in rows if len(set(row.readings)) > 1)


def _source_digest(run: Run) -> str:
    source = run.resolved.intent.source
    if source is None:
        raise RecordError(
            "record.comparison",
            f"run {run.id} has no source picture to compare with",
            expected="a picture that was made from another",
            got=str(run.resolved.intent.mode),
        )
    return source.digest

"""What a report needs to read: a part of the store, so that a report can also be written from something smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from packshot.result import Evidence, Experiment, MeasuredCell, Pixels, Rating, Run, RunState


class PictureSource(Protocol):
    """Pictures by the digest of their pixels."""

    def get(self, digest: str) -> Pixels:
        """The pixels (H, W, 3)."""

    def has(self, digest: str) -> bool:
        """Whether the picture is there."""


class ReportSource(Protocol):
    """The reading half of a store. Raises what the store raises."""

    @property
    def pictures(self) -> PictureSource:
        """The pictures."""

    def experiment(self, name: str) -> Experiment:
        """The experiment with its cells in order."""

    def each_measured(self, experiment: str) -> Iterator[MeasuredCell]:
        """All cells in order, one after the other, each with its run, evidence, ratings and verdicts."""

    def run(self, reference: str) -> Run:
        """A run by its id."""

    def count_runs(self, *, state: RunState | None = None, experiment: str | None = None) -> int:
        """How many of an experiment's runs are in a state."""

    def ratings(self, run_id: str) -> Sequence[Rating]:
        """A run's ratings, oldest first."""

    def evidence(self, run_id: str) -> Sequence[Evidence]:
        """A run's evidence, in order."""

    def replays_of(self, run_id: str) -> Sequence[Run]:
        """The replays of a run."""

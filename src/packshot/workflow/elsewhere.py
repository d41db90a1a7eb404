"""Jobs in other processes that make the shards of an experiment. Knows no scheduler of such jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from packshot.errors import EngineError
from packshot.workflow.shards import Shard

OnLook = Callable[[int, int, str | None], None]
"""How many jobs go on, how many runs those made that ended since the last look, and a note."""


@dataclass(frozen=True, slots=True)
class Lost:
    """How many jobs did not end well, why the first of them, and where their logs are."""

    jobs: int
    why: str
    folder: Path


class Elsewhere(Protocol):
    """Takes shards, and is waited for once."""

    @property
    def jobs(self) -> int:
        """How many shards a portion is to be cut into."""

    def give(self, shards: Sequence[Shard]) -> None:
        """Hand shards on, a job each. Raises ClusterError."""

    def wait(self, on_look: OnLook) -> Lost | None:
        """Until every job has ended. Raises Interrupted on Ctrl-C, with the jobs stopped."""


def left_over(lost: Lost, experiment: str, missing: int) -> EngineError:
    """What to raise where jobs left so many cells without a run."""
    return EngineError(
        "engine.failed",
        f"{missing} cells of {experiment} have no run: {lost.jobs} jobs did not end well",
        got=lost.why,
        hint=f"their logs are in {lost.folder}; the next call goes on with what is missing",
    )

"""A shard as a job that travels to another process, and is put back in the queue where its time is over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from packshot.workflow.shards import Shard, part_of, run_shard
from packshot.workflow.workbench import Workbench

OpenBench = Callable[[], AbstractContextManager[Workbench]]
"""Opens the experiment's workspace in the job's process. It travels there by its name."""


class ShardJob:
    """Called once, in its process."""

    def __init__(self, open_bench: OpenBench, shard: Shard) -> None:
        self._open_bench, self._shard = open_bench, shard
        self._ended: set[str] = set()

    def __call__(self) -> int:
        """Make the shard; how many pictures are new."""
        with self._open_bench() as bench:
            return run_shard(bench, self._shard, self._ended.add)

    def rest(self) -> ShardJob:
        """The job that goes on where this one was stopped."""
        left = [key for key in self._shard.portion.to_do if key not in self._ended]
        return ShardJob(self._open_bench, replace(self._shard, portion=part_of(self._shard.portion, left)))

    def checkpoint(self) -> Any:
        """What submitit queues again when the job's time is over, or the job has to make room."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self.rest())

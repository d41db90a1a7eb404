"""Waits for a job of the queue, whoever is at it, for a command that shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packshot.errors import Interrupted
from packshot.result import Job, JobState
from packshot.service.requests import ExperimentAsked
from packshot.service.service import Service
from packshot.service.view import View
from packshot.workflow import Lost, OnLook, Shard

EVERY_S: Final = 0.5

UNTAKEN: Final = "nobody works at the queue now: start packshot serve, the studio, or packshot queue work"
"""Said where a job waits and no other is at work."""


def follow(service: Service, job_id: str, on_view: Callable[[View], None]) -> View:
    """Until the job is over; `on_view` is told how far it is. Raises RecordError."""
    while (view := service.look(job_id)).job.is_open:
        on_view(view)
        over = service.over(job_id)
        if over is not None:
            _wait(over.result)
    return view


def follow_own(service: Service, job_id: str, on_view: Callable[[View], None]) -> View:
    """The same for a job that was put into the queue just now: Ctrl-C stops it too, and raises Interrupted."""
    try:
        return follow(service, job_id, on_view)
    except KeyboardInterrupt:
        service.stop(job_id)
        raise Interrupted(f"stopped, and its job too (packshot queue resume {job_id} goes on with it)") from None


def is_untaken(service: Service, view: View) -> bool:
    """Whether the job waits, and nobody is at any other."""
    return view.job.state is JobState.QUEUED and not service.is_anybody_at_work()


def _wait(result: Callable[[float], None]) -> None:
    try:
        result(EVERY_S)
    except TimeoutError:
        return


@dataclass(slots=True)
class HandedOn:
    """An experiment whose missing cells a job of the queue makes: `Elsewhere`, for `run_experiment`."""

    service: Service
    asked: ExperimentAsked
    _job: Job | None = field(default=None, init=False)

    @property
    def jobs(self) -> int:
        """The plan is one job, whatever it would be cut into: its pictures share slots where it is made."""
        return 1

    def give(self, shards: Sequence[Shard]) -> None:
        """Something is to be made: the plan goes into the queue, once. Raises what `Service.experiment` does."""
        if self._job is None and shards:
            self._job = self.put()

    def put(self) -> Job:
        """The plan goes into the queue. Raises what `Service.experiment` does."""
        return self.service.put_experiment(self.asked)

    def wait(self, on_look: OnLook) -> Lost | None:
        """Until the job has ended."""
        if self._job is None:
            return None
        told = 0

        def look(view: View) -> None:
            nonlocal told
            done = view.progress.done if view.progress is not None else told
            on_look(1, max(0, done - told), UNTAKEN if is_untaken(self.service, view) else None)
            told = max(told, done)

        job = follow_own(self.service, self._job.id, look).job
        on_look(0, 0, None)
        if job.state is JobState.DONE:
            return None
        why = job.failure.message if job.failure is not None else "it was stopped"
        return Lost(1, why, Path(self.service.bench.settings.logs))

"""Jobs that this process is at: a thread each, with claims and a caller of the engine of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from packshot.engine import Caller
from packshot.result import Job, JobKind
from packshot.service.live import Live

FORGET_AFTER: Final = 200
"""Jobs that are over stay in memory until so many came after them: pages still look at them."""


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """Who is at a job. `cleared` is set once a picture of it was made: then it is not what its process dies of."""

    job: Job
    live: Live
    caller: Caller
    thread: threading.Thread
    cleared: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether the job is, though the thread may live."""
        return self.live.over_at is not None

    @property
    def is_dangerous(self) -> bool:
        """Whether nothing else shall be at work beside it."""
        return self.job.is_suspect and not self.cleared.is_set() and not self.is_over


class AtWork:
    """Workers by job. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[str, Worker] = {}

    def begin(self, worker: Worker) -> None:
        """A job has somebody who is at it."""
        with self._lock:
            over = [job_id for job_id, each in self._workers.items() if not each.thread.is_alive()]
            for job_id in over[:-FORGET_AFTER]:
                del self._workers[job_id]
            self._workers.pop(worker.job.id, None)  # the newest last
            self._workers[worker.job.id] = worker
            worker.thread.start()

    def find(self, job_id: str) -> Worker | None:
        """Who is, or was, at this job here."""
        with self._lock:
            return self._workers.get(job_id)

    def is_at(self, job_id: str) -> bool:
        """Whether somebody is at it here now."""
        found = self.find(job_id)
        return found is not None and found.thread.is_alive()

    def forget(self, job_id: str) -> None:
        """What was seen of a job that others go on with is no longer so."""
        with self._lock:
            found = self._workers.get(job_id)
            if found is not None and not found.thread.is_alive():
                del self._workers[job_id]

    @property
    def ids(self) -> list[str]:
        """Jobs that somebody is at."""
        return [worker.job.id for worker in self._alive()]

    def count(self, kinds: Collection[JobKind]) -> int:
        """How many jobs of these kinds somebody is at. One that is over takes no place, though its thread may live."""
        return sum(job.kind in kinds for job in self.open_jobs)

    @property
    def open_jobs(self) -> list[Job]:
        """Jobs that somebody is at and that are not over."""
        return [worker.job for worker in self._alive() if not worker.is_over]

    @property
    def is_idle(self) -> bool:
        """Whether nobody is at anything."""
        return not self.open_jobs

    @property
    def is_endangered(self) -> bool:
        """Whether a job is at work that may end the process."""
        return any(worker.is_dangerous for worker in self._alive())

    def stop(self, job_id: str) -> None:
        """Within one step of the engine. Returns at once."""
        found = self.find(job_id)
        if found is not None:
            found.caller.stop()

    def stop_all(self, patience_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Stops everybody, and waits so long for them in all."""
        for worker in self._alive():
            worker.caller.stop()
        self.wait(patience_s, clock)

    def wait(self, patience_s: float, clock: Callable[[], float] = time.monotonic) -> bool:
        """Whether everybody is through within so many seconds."""
        deadline = clock() + patience_s
        for worker in self._alive():
            worker.thread.join(max(0.0, deadline - clock()))
        return not self._alive()

    def _alive(self) -> list[Worker]:
        with self._lock:
            return [worker for worker in self._workers.values() if worker.thread.is_alive()]

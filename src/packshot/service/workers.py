"""Works at jobs: a thread each. Whatever happens, a job ends in a state that says so, or waits for another try."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from packshot.engine import SharedEngine
from packshot.errors import Interrupted, PackshotError, StoreError
from packshot.result import HEAD_START, Failure, Job, JobKind, JobState, Priority
from packshot.service.at_work import AtWork, Worker
from packshot.service.crowd import Crowd
from packshot.service.live import Live
from packshot.service.work import Work, give_up, make_experiment, make_pictures, make_replay
from packshot.store import Store
from packshot.workflow import Workbench

PREVIEW_EVERY: Final = 1
"""Denoiser calls between two previews: one costs a matrix product over the latents, under a millisecond."""

AWAY: Final = frozenset({"store.locked", "store.unreachable", "store.failed"})
"""What may be over in a moment; a disk that is full is not."""

TRIES: Final = 6
"""How often a job is tried whose store was away: the last time about a minute after the first."""

WORKS: Final[Mapping[JobKind, Callable[[Work], None]]] = {
    JobKind.PICTURES: make_pictures,
    JobKind.EXPERIMENT: make_experiment,
    JobKind.REPLAY: make_replay,
}

_LOG = logging.getLogger(__name__)


class Workers:
    """`queue` is the store under the name that jobs were taken by.

    `ended` is called with a job when its thread is through with it. `clock` gives seconds.
    """

    def __init__(
        self,
        bench: Workbench,
        queue: Store,
        engine: SharedEngine,
        crowd: Crowd,
        at_work: AtWork,
        *,
        ended: Callable[[Job], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._bench = bench
        self._queue = queue
        self._engine = engine
        self._crowd = crowd
        self._at_work = at_work
        self._ended = ended
        self._clock = clock
        self._leaving = threading.Event()
        self._giving_way: set[str] = set()
        self._tries: dict[str, tuple[int, float]] = {}

    def begin(self, job: Job) -> None:
        """A job that was taken gets its thread."""
        live = Live(self._clock)
        patience_s = HEAD_START.total_seconds() if job.priority is Priority.BATCH else 0.0
        caller = self._engine.caller(preview_every=PREVIEW_EVERY, patience_s=patience_s)
        bench = replace(self._bench, engine=lambda: caller, store=self._bench.store.worker(f"job-{job.id}"))
        self._giving_way.discard(job.id)
        cleared = threading.Event()
        survived = partial(self._survived, job, cleared)
        work = Work(job, bench, live, partial(self._queue.change_job, job.id), self._crowd, survived)
        thread = threading.Thread(target=self._run, args=(work,), name=f"job {job.id}", daemon=True)
        self._at_work.begin(Worker(job, live, caller, thread, cleared))

    def resting(self) -> list[str]:
        """Jobs that are to be left alone for a while: their store was away."""
        return [job_id for job_id, (_, until) in list(self._tries.items()) if self._clock() < until]

    def put_back(self, job_id: str) -> None:
        """A job that is at work here goes back into the queue, behind what waits now."""
        self._giving_way.add(job_id)
        self._at_work.stop(job_id)

    def leave(self) -> None:
        """From now on, what is stopped waits again for whoever goes on with it."""
        self._leaving.set()

    def _run(self, work: Work) -> None:
        """What goes wrong while the service closes is no failure of the job: the engine may be gone before it is."""
        state, failure = JobState.DONE, None
        try:
            WORKS[work.job.kind](work)
        except Interrupted:
            state = JobState.STOPPED
            self._after_stop(work)
        except Exception as error:
            if self._leaving.is_set() or self._tries_again(work.job, error):
                state = JobState.QUEUED
                _LOG.warning("job %s waits again: %s", work.job.id, error)
            else:
                state, failure = JobState.FAILED, _failure(work.job, error)
        self._end(work, state, failure)

    def _survived(self, job: Job, cleared: threading.Event) -> None:
        """Whatever the process died of that was at the job before, it was not of this picture."""
        if job.deaths and not cleared.is_set():
            self._queue.change_job(job.id, deaths=0)
            cleared.set()

    def _tries_again(self, job: Job, error: Exception) -> bool:
        """Whether another try may help: the store was away, and not for the last time."""
        if not isinstance(error, StoreError) or error.code not in AWAY:
            return False
        tries = self._tries.get(job.id, (0, 0.0))[0] + 1
        self._tries[job.id] = (tries, self._clock() + 2.0**tries)
        return tries < TRIES

    def _after_stop(self, work: Work) -> None:
        work.live.stopped()
        if work.job.kind is not JobKind.EXPERIMENT and not self._leaving.is_set():
            try:
                give_up(work.bench.store, work.job, work.live.run_ids)
            except PackshotError as error:
                _LOG.warning("job %s: a stopped run stays: %s", work.job.id, error.code)

    def _end(self, work: Work, state: JobState, failure: Failure | None) -> None:
        """Leaving leaves an unfinished job open and nobody's: the next process goes on with it."""
        gives_way = state is JobState.STOPPED and work.job.id in self._giving_way
        self._giving_way.discard(work.job.id)
        try:
            if state is JobState.QUEUED or (state is JobState.STOPPED and self._leaving.is_set()):
                self._queue.put_back_job(work.job.id)
            elif gives_way:
                self._queue.put_back_job(work.job.id, self._bench.now())
            else:
                self._tries.pop(work.job.id, None)
                work.live.over_at = self._queue.end_job(work.job.id, state, failure).finished_at
        except PackshotError as error:  # its lease, or the dispatcher, will have it taken again
            _LOG.error("job %s cannot be ended: %s", work.job.id, error.code)
        finally:
            self._ended(work.job)


def _failure(job: Job, error: Exception) -> Failure:
    """What the job's owner is told; the log has the cause of what nobody expected."""
    if isinstance(error, PackshotError):
        _LOG.warning("job %s failed: %s", job.id, error.code)
        return Failure(code=error.code, message=str(error), hint=error.hint)
    _LOG.error("job %s failed", job.id, exc_info=error)
    return Failure(code="engine.failed", message=f"unexpected: {type(error).__name__}: {error}")

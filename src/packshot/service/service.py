"""One engine, many callers: takes orders, runs them beside each other, tells how far they are, stops them.

A job is a thread that runs a use case of the workflow with claims and an engine of its own. What was asked stands in
the database, so a page finds its work again, and a process that died leaves nothing behind that is not gone on with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Final

from packshot.engine import Caller, SharedEngine
from packshot.errors import Interrupted, PackshotError, RecordError, ServiceError
from packshot.experiment import Plan
from packshot.result import OPEN, Failure, Job, JobKind, JobState, Once, Verdict, new_ulid
from packshot.service.live import Live
from packshot.service.requests import ExperimentAsked, PicturesAsked, title_of
from packshot.service.view import PictureView, View
from packshot.service.warming import Warming
from packshot.service.work import (
    Work,
    give_up,
    made_before,
    make_experiment,
    make_pictures,
    make_replay,
    name_of,
    orders_of,
)
from packshot.spec import Spec
from packshot.workflow import Workbench

JOBS_MAX: Final = 32
"""Jobs that wait or run at once."""

PICTURES_MAX: Final = 8
"""Pictures of one order: more is an experiment."""

PREVIEW_EVERY: Final = 1
"""Denoiser calls between two previews: one costs a matrix product over the latents, under a millisecond."""

FORGET_AFTER: Final = 200
"""Jobs that are over stay in memory until so many came after them."""

_LOG = logging.getLogger(__name__)

WORKS: Final[Mapping[JobKind, Callable[[Work], None]]] = {
    JobKind.PICTURES: make_pictures,
    JobKind.EXPERIMENT: make_experiment,
    JobKind.REPLAY: make_replay,
}


class Service:
    """Works on one workspace. `bench` is its workbench, for whoever reads; its engine is not to be used directly."""

    def __init__(self, bench: Workbench, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.bench = bench
        self._clock = clock
        self._engine = SharedEngine(bench.engine)
        self._lock = threading.Lock()
        self._at_work: dict[str, tuple[Live, Caller, threading.Thread]] = {}
        self._over: dict[str, Future[None]] = {}
        self._closing = False
        self._warming = Warming(bench, self._engine.caller(counted=False))

    def warm_up(self) -> None:
        """Make the engine ready in the background, once, unless the settings say no. Returns at once."""
        if self.bench.settings.warm_up:
            with self._lock:
                self._warming.begin()

    def make(
        self, specs: Sequence[Spec], *, person: str | None = None, fresh: bool = False, once: Once | None = None
    ) -> Job:
        """Some pictures (1 to 8). Raises what `resolve` refuses, and ServiceError where there is no room.

        With `once`, the job that was made under the same name, if there is one.
        """
        if not 1 <= len(specs) <= PICTURES_MAX:
            raise ServiceError(
                "service.many",
                "too many pictures for one order",
                expected=f"1 to {PICTURES_MAX}",
                got=str(len(specs)),
                hint="make them as an experiment",
            )
        asked = PicturesAsked(tuple(specs), fresh)
        known = self._known(once)
        if known is not None:
            return known
        orders_of(self.bench, asked)
        return self._start(self._job(JobKind.PICTURES, title_of(specs), asked.as_json(), person), once=once)

    def again(self, job_id: str, *, person: str | None = None) -> Job:
        """The pictures of a job computed anew, as a job of its own. Raises RecordError, and what `make` does."""
        return self.make(self.asked(job_id), person=person, fresh=True)

    def asked(self, job_id: str) -> tuple[Spec, ...]:
        """What a job of pictures was asked for. Raises RecordError where there is none, or it is of another kind."""
        job = self.bench.store.job(job_id)
        if job.kind is not JobKind.PICTURES:
            raise RecordError("record.not_found", "no order of pictures has this id", got=f"{job_id} ({job.kind})")
        return PicturesAsked.read(job.request).specs

    def experiment(
        self,
        plan: Plan,
        *,
        person: str | None = None,
        model: str | None = None,
        source: str | None = None,
        replay: bool = False,
        language: str = "en",
        once: Once | None = None,
    ) -> Job:
        """A plan, or what is missing of it. Raises ModelError and ServiceError; a cell that cannot be is told later."""
        known = self._known(once)
        if known is not None:
            return known
        asked = ExperimentAsked(plan, model, source, replay, language)
        job = self._job(JobKind.EXPERIMENT, plan.title, asked.as_json(), person)
        return self._start(job.model_copy(update={"experiment": name_of(self.bench, asked)}), once=once)

    def replay(self, run_id: str, *, person: str | None = None, once: Once | None = None) -> Job:
        """A run made again, and compared. Raises RecordError where there is no such run, or it has no picture."""
        known = self._known(once)
        if known is not None:
            return known
        run = self.bench.store.run(run_id)
        job = self._job(JobKind.REPLAY, run.resolved.intent.prompt[:80], {"run": run.id}, person)
        return self._start(job, once=once)

    def go_on(self, job_id: str) -> Job:
        """A stopped, failed or left job again: what is done stays done. Raises StoreError where one is at it."""
        job = self.bench.store.job(job_id)
        with self._lock:
            found = self._at_work.get(job.id)
        if found is not None and found[2].is_alive():
            return job
        return self._start(job, again=True)

    def stop(self, job_id: str) -> None:
        """Pictures are given up within one step of the engine; an experiment can go on later. Returns at once."""
        with self._lock:
            found = self._at_work.get(job_id)
        if found is not None:
            found[1].stop()

    def look(self, job_id: str) -> View:
        """How far a job is. Never waits for the engine. Raises RecordError."""
        job = self.bench.store.job(job_id)
        with self._lock:
            found = self._at_work.get(job.id)
        if found is None:
            return View(job, pictures=self._stored(job), verdict=self._verdict(job))
        live, caller, _thread = found
        return View(job, verdict=self._verdict(job), **live.seen(caller.ahead))

    def over(self, job_id: str) -> Future[None] | None:
        """Done when the job is over, so that nobody has to look; None where another process, or nobody, works at it."""
        with self._lock:
            return self._over.get(job_id)

    def jobs(self, *, person: str | None = None, open_only: bool = False, limit: int = 20) -> list[Job]:
        """Jobs, newest first."""
        return self.bench.store.jobs(person=person, states=OPEN if open_only else (), limit=limit)

    def take_over(self) -> list[Job]:
        """Go on with jobs whose process died."""
        taken: list[Job] = []
        for job in self.bench.store.jobs_left_behind():
            try:
                taken.append(self.go_on(job.id))
            except PackshotError as error:
                _LOG.warning("job %s cannot go on: %s", job.id, error.code)
        return taken

    def close(self, *, patience_s: float = 10.0) -> None:
        """Stops every job; another process, or the next start, goes on with them."""
        with self._lock:
            self._closing = True
            at_work = list(self._at_work.values())
        self._warming.stop()
        for _live, caller, _thread in at_work:
            caller.stop()
        deadline = time.monotonic() + patience_s
        for _live, _caller, thread in at_work:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._engine.close()

    def _job(self, kind: JobKind, title: str, request: dict[str, object], person: str | None) -> Job:
        now = self.bench.now()
        new_id = new_ulid(now, self.bench.random_bytes)
        return Job(
            id=new_id, kind=kind, state=JobState.QUEUED, title=title, request=request, created_at=now, person=person
        )

    def _known(self, once: Once | None) -> Job | None:
        return None if once is None else self.bench.store.known_job(once)

    def _start(self, job: Job, *, again: bool = False, once: Once | None = None) -> Job:
        with self._lock:
            waiting = sum(thread.is_alive() for _live, _caller, thread in self._at_work.values())
            if self._closing:
                raise ServiceError(
                    "service.closing", "no new work is taken: it closes", hint="ask again when it is back"
                )
            if waiting >= JOBS_MAX:
                raise ServiceError(
                    "service.full",
                    "too much work is waiting",
                    expected=f"fewer than {JOBS_MAX} orders at once",
                    got=str(waiting),
                    hint="wait until some of it is done",
                )
            kept = self.bench.store.claim_job(job.id) if again else self.bench.store.add_job(job, once)
            if kept.id != job.id:  # the same request came twice at once
                return kept
            live, caller = Live(self._clock), self._engine.caller(preview_every=PREVIEW_EVERY)
            bench = replace(self.bench, engine=lambda: caller, store=self.bench.store.worker(f"job-{job.id}"))
            work = Work(kept, bench, live, partial(self.bench.store.change_job, kept.id))
            thread = threading.Thread(target=partial(self._run, work), name=f"job {job.id}", daemon=True)
            self._forget()
            self._at_work[job.id] = (live, caller, thread)
            self._over[job.id] = _uncancelled()
        thread.start()
        return kept

    def _forget(self) -> None:
        over = [job_id for job_id, (_live, _caller, thread) in self._at_work.items() if not thread.is_alive()]
        for job_id in over[:-FORGET_AFTER]:
            del self._at_work[job_id]
            self._over.pop(job_id, None)

    def _run(self, work: Work) -> None:
        """The job's thread: whatever happens, the job ends in a state that says so.

        What goes wrong while the service closes is no failure of the job: the engine may be gone before its thread is.
        """
        state, failure = JobState.DONE, None
        try:
            work.record(state=JobState.RUNNING, started_at=self.bench.now())
            WORKS[work.job.kind](work)
        except Interrupted:
            state = JobState.STOPPED
            self._after_stop(work)
        except Exception as error:
            if self._closing:
                state = JobState.STOPPED
                _LOG.warning("job %s is left for the next start: %s", work.job.id, error)
            else:
                state, failure = JobState.FAILED, _failure(work.job, error)
        self._end(work, state, failure)

    def _after_stop(self, work: Work) -> None:
        work.live.stopped()
        if work.job.kind is not JobKind.EXPERIMENT and not self._closing:
            try:
                give_up(work)
            except PackshotError as error:
                _LOG.warning("job %s: a stopped run stays: %s", work.job.id, error.code)

    def _end(self, work: Work, state: JobState, failure: Failure | None) -> None:
        """Closing leaves an unfinished job open and nobody's: the next process goes on with it."""
        try:
            if state is JobState.STOPPED and self._closing:
                work.record(state=JobState.QUEUED, owner=None)
            else:
                self.bench.store.end_job(work.job.id, state, failure)
        except PackshotError as error:
            _LOG.error("job %s cannot be ended: %s", work.job.id, error.code)
        finally:
            with self._lock:
                over = self._over[work.job.id]
            over.set_result(None)

    def _stored(self, job: Job) -> tuple[PictureView, ...]:
        """The pictures of a job that is not in memory, as the database knows them."""
        views: list[PictureView] = []
        for number, run_id in enumerate(job.run_ids, 1):
            if run_id is None:
                views.append(PictureView(number, "waiting" if job.is_open else "stopped"))
                continue
            run = self.bench.store.run(run_id)
            known = {"succeeded": "done", "failed": "failed", "cancelled": "stopped"}.get(run.state, "waiting")
            calls = run.resolved.intent.steps_taken
            notes = run.resolved.origin.notes
            already = made_before(run, job)
            view = PictureView(number, known, 0, calls, None, run.id, run.failure, notes, already)  # type: ignore[arg-type]
            views.append(view)
        return tuple(views)

    def _verdict(self, job: Job) -> Verdict | None:
        """What a replay measured, once it is over."""
        if job.kind is not JobKind.REPLAY or not job.run_ids or job.run_ids[0] is None:
            return None
        return self.bench.store.run(job.run_ids[0]).verdict


def _uncancelled() -> Future[None]:
    """Who waits for a job and gives up takes nothing from the others."""
    future: Future[None] = Future()
    future.set_running_or_notify_cancel()
    return future


def _failure(job: Job, error: Exception) -> Failure:
    """What the job's owner is told; the log has the cause of what nobody expected."""
    if isinstance(error, PackshotError):
        _LOG.warning("job %s failed: %s", job.id, error.code)
        return Failure(code=error.code, message=str(error), hint=error.hint)
    _LOG.error("job %s failed", job.id, exc_info=error)
    return Failure(code="engine.failed", message=f"unexpected: {type(error).__name__}: {error}")

"""The queue's face for whoever asks: takes orders, tells how far they are, stops them, and works at them here.

A job is put into the queue that all processes of a workspace share, and is begun by whichever has room first. What was
asked stands in the database, so a page finds its work again, and a process that died leaves nothing behind that is not
gone on with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final

from packshot.engine import SharedEngine
from packshot.errors import RecordError, ServiceError
from packshot.experiment import Plan
from packshot.result import OPEN, Job, JobKind, JobState, Once, Priority, due_at, new_ulid
from packshot.service.at_work import AtWork
from packshot.service.awaited import Awaited
from packshot.service.crowd import Crowd
from packshot.service.dispatcher import Dispatcher, Lane
from packshot.service.requests import ExperimentAsked, PicturesAsked, title_of
from packshot.service.told import told
from packshot.service.view import View
from packshot.service.warming import Warming, Warmth
from packshot.service.work import blame, give_up, name_of, orders_of, portable, portable_plan
from packshot.service.workers import Workers
from packshot.settings import QUEUE_MAX
from packshot.spec import Spec
from packshot.workflow import Workbench

PICTURES_MAX: Final = 8
"""Pictures of one order: more is an experiment."""

PASSING: Final = ("store.", "pictures.")
"""Failures of what a job stands on: the same request later is another try."""

_LOG = logging.getLogger(__name__)

AT_ONCE_LEAST: Final = 8
SWEEPS_AT_ONCE: Final = 4


class Service:
    """On one workspace. `bench` is its workbench, for whoever reads; its engine is not to be used directly.

    `most` jobs may wait or run at once. `slots` is how many pictures share a denoiser call, None for what is fastest.
    What does not `work` only asks, and leaves the work to other processes. `on_ended` hears, from the job's thread, of
    each job that was at work here and is so no more. With `warm_first` it begins nothing until `warm_up` was called and
    is through, or takes too long: others may be ready, and a process that dies of its own start is no job's fault.
    """

    def __init__(
        self,
        bench: Workbench,
        *,
        most: int = QUEUE_MAX,
        slots: int | None = None,
        works: bool = True,
        warm_first: bool = False,
        on_ended: Callable[[str], None] = lambda _job_id: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.bench = bench
        self._queue = bench.store.worker(f"service-{new_ulid(bench.now(), bench.random_bytes)}")
        self._most = most
        self._on_ended = on_ended
        self._engine = SharedEngine(bench.engine)
        self._awaited = Awaited()
        self._at_work = AtWork()
        self._crowd = Crowd(bench.settings, slots)
        self._workers = Workers(
            bench, self._queue, self._engine, self._crowd, self._at_work, ended=self._ended, clock=clock
        )
        self._warming = Warming(bench, self._engine.caller(counted=False), ended=self._warmed)
        self._warm_first = warm_first and bench.settings.warm_up
        self._dispatcher = Dispatcher(
            self._queue,
            _lanes(slots or bench.settings.slots),
            self._at_work,
            self._awaited,
            begin=self._workers.begin,
            rest=self._workers.resting,
            put_back=self._workers.put_back,
            lost=self._lost,
            is_ready=self._is_ready,
            takes=works,
        )
        self._closing = threading.Event()
        self._closed = threading.Event()
        self._dispatcher.start()

    def warm_up(self) -> None:
        """Make the engine ready in the background, once, unless the settings say no. Returns at once."""
        if self.bench.settings.warm_up:
            self._warming.begin()

    @property
    def warmth(self) -> Warmth:
        """Whether the first picture will come as quickly as the next ones."""
        return self._warming.warmth

    def make(
        self,
        specs: Sequence[Spec],
        *,
        person: str | None = None,
        fresh: bool = False,
        once: Once | None = None,
        priority: Priority = Priority.INTERACTIVE,
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
        asked = portable(self.bench, asked, orders_of(self.bench, asked))
        return self._put(self._job(JobKind.PICTURES, title_of(specs), asked.as_json(), person, priority), once)

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
        """A plan, or what is missing of it. A cell that cannot be is told later.

        Raises ModelError, PlanError (a source that no cell takes), SourceError (a photo that is not there) and
        ServiceError.
        """
        return self.put_experiment(ExperimentAsked(plan, model, source, replay, language), person=person, once=once)

    def put_experiment(self, asked: ExperimentAsked, *, person: str | None = None, once: Once | None = None) -> Job:
        """The same, with everything that `run_experiment` can be asked."""
        known = self._known(once)
        if known is not None:
            return known
        name = name_of(self.bench, asked)
        asked = portable_plan(self.bench, asked)
        job = self._job(JobKind.EXPERIMENT, asked.plan.title, asked.as_json(), person, Priority.BATCH)
        return self._put(job.model_copy(update={"experiment": name}), once)

    def replay(self, run_id: str, *, person: str | None = None, once: Once | None = None) -> Job:
        """A run made again, and compared. Raises RecordError where there is no such run, or it has no picture."""
        known = self._known(once)
        if known is not None:
            return known
        run = self.bench.store.run(run_id)
        job = self._job(JobKind.REPLAY, run.resolved.intent.prompt[:80], {"run": run.id}, person)
        return self._put(job, once)

    def go_on(self, job_id: str) -> Job:
        """A stopped or failed job again: what is done stays done. One that waits or runs stays as it is.

        Raises RecordError, and ServiceError where nothing new is taken.
        """
        self._check_open()
        job = self.bench.store.job(job_id)
        again = self.bench.store.go_on_with_job(job.id, due_at(self.bench.now(), job.priority))
        self._dispatcher.wake()
        return again

    def stop(self, job_id: str) -> None:
        """Pictures are given up within one step of the engine; an experiment can go on later. Returns at once.

        In whichever process it is: one that is elsewhere hears of it within a second. Raises RecordError.
        """
        job = self.bench.store.stop_job(job_id)
        self._at_work.stop(job.id)
        self._dispatcher.wake()

    def look(self, job_id: str) -> View:
        """How far a job is. Never waits for the engine. Raises RecordError."""
        job = self.bench.store.job(job_id)
        return told(self.bench, job, self._at_work.find(job.id), self._queue.owner)

    def over(self, job_id: str) -> Future[None] | None:
        """Done when the job is over, so that nobody has to look; None once nothing more will be heard of it here."""
        future = self._awaited.future(job_id)
        if self._closed.is_set() or (self._closing.is_set() and not self._at_work.is_at(job_id)):
            self._awaited.tell([job_id])
            return None
        self._dispatcher.wake()
        return future

    def is_here(self, job_id: str) -> bool:
        """Whether this process is at the job, so that its steps are known."""
        return self._at_work.is_at(job_id)

    def jobs(self, *, person: str | None = None, open_only: bool = False, limit: int = 20) -> list[Job]:
        """Jobs, newest first."""
        return self.bench.store.jobs(person=person, states=OPEN if open_only else (), limit=limit)

    def count_open(self) -> int:
        """How many jobs wait or run."""
        return self.bench.store.count_jobs(OPEN, most=100 * self._most)

    def is_anybody_at_work(self) -> bool:
        """Whether a job is at work, in any process."""
        return self.bench.store.count_jobs([JobState.RUNNING], most=1) > 0

    def drain(self) -> None:
        """Takes nothing new; what is at work goes on, what waits is left for other processes, or the next start."""
        self._closing.set()
        self._dispatcher.take_no_more()
        self._awaited.tell([job_id for job_id in self._awaited.ids if not self._at_work.is_at(job_id)])

    def wait_for_work(self, patience_s: float) -> bool:
        """Whether what is at work here is over within so many seconds. Nothing is stopped."""
        return self._at_work.wait(patience_s)

    def close(self, *, patience_s: float = 10.0) -> None:
        """Stops every job; another process, or the next start, goes on with them."""
        self._closing.set()
        self._workers.leave()
        self._dispatcher.close()
        self._warming.stop()
        self._at_work.stop_all(patience_s)
        self._closed.set()
        self._awaited.tell(self._awaited.ids)
        self._engine.close()

    def _job(
        self,
        kind: JobKind,
        title: str,
        request: dict[str, object],
        person: str | None,
        priority: Priority = Priority.INTERACTIVE,
    ) -> Job:
        now = self.bench.now()
        return Job(
            id=new_ulid(now, self.bench.random_bytes),
            kind=kind,
            state=JobState.QUEUED,
            title=title,
            request=request,
            created_at=now,
            due_at=due_at(now, priority),
            priority=priority,
            person=person,
        )

    def _known(self, once: Once | None) -> Job | None:
        """The job of that name; one that only failed because something was away waits again."""
        known = None if once is None else self.bench.store.known_job(once)
        if known is not None and known.failure is not None and known.failure.code.startswith(PASSING):
            return self.go_on(known.id)
        return known

    def _put(self, job: Job, once: Once | None) -> Job:
        self._check_open()
        kept = self.bench.store.add_job(job, once, most=self._most)
        self._dispatcher.wake()
        return kept

    def _check_open(self) -> None:
        if self._closing.is_set():
            raise ServiceError("service.closing", "no new work is taken: it closes", hint="ask again when it is back")

    def _is_ready(self) -> bool:
        return not self._warm_first or self.warmth not in (Warmth.COLD, Warmth.WARMING)

    def _warmed(self) -> None:
        self._dispatcher.wake()

    def _lost(self, job: Job) -> None:
        """A job was over when its process died: runs that had begun are nobody's."""
        _LOG.warning("job %s is over: %s", job.id, job.state if job.failure is None else str(job.failure.code))
        blame(self.bench.store, job)
        give_up(self.bench.store, job, job.run_ids)
        self._awaited.tell([job.id])
        self._on_ended(job.id)

    def _ended(self, job: Job) -> None:
        self._awaited.tell([job.id])
        self._on_ended(job.id)
        self._dispatcher.wake(job.kind)


def _lanes(slots: int) -> tuple[Lane, ...]:
    """Two batches of pictures at once, so that the engine always finds the next; beside them some sweeps."""
    pictures = Lane((JobKind.PICTURES, JobKind.REPLAY), max(2 * slots, AT_ONCE_LEAST))
    return pictures, Lane((JobKind.EXPERIMENT,), SWEEPS_AT_ONCE, gives_way=True)

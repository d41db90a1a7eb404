"""What a job's thread does: the use cases of the workflow, with an engine of its own that can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Final

from packshot.engine import Event, Lowered
from packshot.errors import RecordError, StoreError
from packshot.experiment import cells
from packshot.resolve import Order, denoiser_calls
from packshot.result import Job, JobKind, Run, RunState
from packshot.service.crowd import Crowd
from packshot.service.live import Expected, Live
from packshot.service.requests import ExperimentAsked, PicturesAsked
from packshot.spec import Spec
from packshot.store import Store
from packshot.workflow import KnownSources, Progress, Workbench, experiment_name, read_retry, replay, run_experiment
from packshot.workflow.ordering import order_of, replay_notes
from packshot.workflow.sources import keep_photos, keep_source_of
from packshot.workflow.sweep import Sweep

MADE: Final = ("done", "failed")
"""Of a cell: its run is over, and was made just now."""

AT_ONCE_MOST: Final = 100
"""Runs that may have been at work when a process died."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job at work: its own claims and engine in `bench`, and what pages see of it.

    `record` changes fields of the job in the database. `crowd` is of all jobs that are at work here. `survived` is
    called when a picture was made, or failed, and the process is still there.
    """

    job: Job
    bench: Workbench
    live: Live
    record: Callable[..., Job]
    crowd: Crowd
    survived: Callable[[], None]


def orders_of(bench: Workbench, asked: PicturesAsked) -> list[Order]:
    """Every picture resolved, in order. Raises what `order_of` refuses."""
    library = KnownSources(bench)
    return [order_of(bench, spec, library) for spec in asked.specs]


def portable(bench: Workbench, asked: PicturesAsked, orders: Sequence[Order]) -> PicturesAsked:
    """The same for whoever makes it, on another host perhaps: photos are kept, and named by their digests.

    Raises StoreError.
    """
    specs: list[Spec] = []
    for spec, order in zip(asked.specs, orders, strict=True):
        pin = order.resolved.intent.source
        if pin is not None and spec.source != pin.digest:
            keep_source_of(bench, order)
            spec = spec.model_copy(update={"source": pin.digest})
        specs.append(spec)
    return replace(asked, specs=tuple(specs))


def portable_plan(bench: Workbench, asked: ExperimentAsked) -> ExperimentAsked:
    """The same for a plan: the photos that it names by their paths are kept. Raises SourceError and StoreError."""
    planned = cells(asked.plan, model=asked.model, source=asked.source)
    return replace(asked, photos={**asked.photos, **keep_photos(bench, planned.sources)})


def make_pictures(work: Work) -> None:
    """The pictures that were asked for; they share denoiser calls with others'. Raises Interrupted when stopped."""
    bench, live = work.bench, work.live
    asked = PicturesAsked.read(work.job.request)
    resolved = orders_of(bench, asked)
    orders = {order.resolved.hash: order for order in resolved}
    done = frozenset() if asked.fresh else frozenset(bench.store.done_among(orders))
    to_do = {key: order for key, order in orders.items() if key not in done}
    live.expect([_expected(order) for order in resolved], frozenset(to_do))

    def begun(spec_hash: str, run: Run) -> None:
        live.begun(spec_hash, run)
        work.record(run_ids=live.run_ids)

    def ended(spec_hash: str, run: Run, already: bool) -> None:
        if not already:
            work.survived()
        begun_as = live.run_ids
        live.ended(spec_hash, run, already=made_before(run, work.job))
        if live.run_ids != begun_as:
            work.record(run_ids=live.run_ids)

    def observe(spec_hash: str, event: Event) -> None:
        if isinstance(event, Lowered):
            work.crowd.lowered(orders[spec_hash], event.resolved.execution.slots)
        live.observe(spec_hash, event)

    with _sharing(work, to_do, asked) as shared:
        ready = orders | shared
        Sweep(bench, ready, fresh=asked.fresh, on_event=observe, on_ended=ended, on_begun=begun).run()


def made_before(run: Run, job: Job) -> bool:
    """Whether the run was over when the job was asked for."""
    return run.finished_at is not None and run.finished_at <= job.created_at


def _expected(order: Order) -> Expected:
    return Expected(order.resolved.hash, denoiser_calls(order), order.resolved.origin.notes)


def _sharing(work: Work, orders: dict[str, Order], asked: PicturesAsked) -> AbstractContextManager[dict[str, Order]]:
    """As many slots as make the pictures of all who are at work fastest, unless a spec asks for a number."""
    if any(spec.slots is not None for spec in asked.specs):
        return nullcontext(orders)
    return work.crowd.joined(orders)


def give_up(store: Store, job: Job, run_ids: Sequence[str | None]) -> None:
    """Runs that had begun are cancelled: nobody waits for them. Those that somebody else is at stay. Raises StoreError.

    `run_ids` are those of the job's pictures.
    """
    begun = [store.run(run_id) for run_id in run_ids if run_id is not None]
    if job.kind is JobKind.REPLAY:
        begun += store.replays_of(str(job.request["run"]))
    for run in begun:
        if run.state in (RunState.QUEUED, RunState.RUNNING):
            with suppress(StoreError):
                store.cancel(run.id)


def blame(store: Store, job: Job) -> None:
    """The run that a deadly experiment began last fails as it does: gone on with, the experiment leaves it out.

    Others that its processes left are cancelled. Raises StoreError.
    """
    if job.kind is not JobKind.EXPERIMENT or job.failure is None or job.experiment is None:
        return
    with suppress(RecordError):  # it died before its cells were kept
        hashes = {cell.spec_hash for cell in store.experiment(job.experiment).cells}
        left = [run for run in store.runs(state=RunState.RUNNING, limit=AT_ONCE_MOST) if run.spec_hash in hashes]
        left.sort(key=lambda run: run.started_at or run.created_at)
        if left and left[-1].replay_of is None:
            begun = store.begin(left[-1].resolved)
            if begun.outcome == "claimed":
                store.fail(begun.run.id, job.failure)
        for run in left[:-1]:
            with suppress(StoreError):  # somebody else is at it
                store.cancel(run.id)


def make_experiment(work: Work) -> None:
    """A plan, or what is missing of it, and its report. Raises Interrupted when stopped.

    A suspect one makes its pictures one by one: it needs less memory, and where it dies all the same, that is known of.
    """
    bench, live = work.bench, work.live
    asked = ExperimentAsked.read(work.job.request)

    def tell(progress: Progress) -> None:
        if progress.state in MADE:
            work.survived()
        live.tell(progress)

    run_experiment(
        bench,
        asked.plan,
        model=asked.model,
        source=asked.source,
        replay=asked.replay,
        language=asked.language,
        slots=1 if work.job.is_suspect and asked.slots is None else asked.slots,
        memory=asked.memory,
        fresh=asked.fresh,
        strict=asked.strict,
        retry=read_retry(asked.retry),
        photos=asked.photos,
        on_notes=lambda notes: live.note(tuple(notes)),
        on_progress=tell,
    )


def name_of(bench: Workbench, asked: ExperimentAsked) -> str:
    """What the experiment will be called. Raises ModelError."""
    reference = asked.model or asked.plan.baseline.model
    digest = "" if reference is None else bench.catalogue.find(reference).pin.digest
    return experiment_name(asked.plan, asked.model, digest)


def make_replay(work: Work) -> None:
    """A run made again. Raises what `replay` refuses; Interrupted when stopped."""
    reference = str(work.job.request["run"])
    original = work.bench.store.run(reference)
    key = original.spec_hash
    calls = original.result.provenance.denoiser_calls if original.result is not None else 0
    notes = replay_notes(work.bench.settings, original.resolved.intent.prompt)
    work.live.expect([Expected(key, calls, notes)], frozenset({key}))

    def observe(event: Event) -> None:
        work.live.observe(key, event)

    done = replay(work.bench, reference, on_event=observe)
    work.live.ended(key, done.run)
    work.record(run_ids=(done.run.id,))

"""Runs one claimed order to its end and keeps what came of it: the only place where engine and store meet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from packshot.engine import Engine, Event, Failed, Finished, Ticket
from packshot.errors import Interrupted, PackshotError, StoreError
from packshot.evaluation import evaluate
from packshot.resolve import Order
from packshot.result import Failure, Result, Run, picture_digest
from packshot.workflow.workbench import Workbench

OnEvent = Callable[[Event], None]
HEARTBEAT_EVERY_S = 10.0


def ignore(_event: Event) -> None:
    """For callers that watch nothing."""


def execute(bench: Workbench, order: Order, run: Run, on_event: OnEvent = ignore) -> Run:
    """Make the picture of a claimed run; returns the run, succeeded or failed.

    Ctrl-C gives the claim back and raises Interrupted: the next call takes the run over.
    """
    engine: Engine | None = None
    ticket: Ticket | None = None
    try:
        engine = bench.engine()
        if order.source_original is not None:
            bench.store.keep_source(order.source_original)
        ticket = engine.submit(order)
        return _watch(bench, engine, ticket, order, run, on_event)
    except KeyboardInterrupt as interrupt:
        if engine is not None and ticket is not None:
            engine.cancel(ticket)
        bench.store.release(run.id)
        raise Interrupted("stopped; everything finished so far is kept") from interrupt
    except BaseException as error:
        if engine is not None and ticket is not None:
            engine.cancel(ticket)
        if not isinstance(error, PackshotError) or isinstance(error, StoreError | Interrupted):
            raise
        return bench.store.fail(run.id, Failure(code=error.code, message=str(error), hint=error.hint))


def _watch(bench: Workbench, engine: Engine, ticket: Ticket, order: Order, run: Run, on_event: OnEvent) -> Run:
    with _beating(bench, run):
        while engine.busy:
            for event in engine.step():
                if event.ticket != ticket:
                    continue
                on_event(event)
                if isinstance(event, Finished):
                    return _keep(bench, order, run, event)
                if isinstance(event, Failed):
                    return bench.store.fail(run.id, event.failure)
    return bench.store.fail(run.id, Failure(code="engine.failed", message="the engine stopped without an answer"))


@contextmanager
def _beating(bench: Workbench, run: Run) -> Iterator[None]:
    """Renews the lease from a thread of its own: one step, or loading, may take longer than a lease."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_EVERY_S):
            try:
                bench.store.heartbeat(run.id)
            except PackshotError:  # taken over, or the store is gone: keeping the result will say so
                return

    thread = threading.Thread(target=beat, name=f"heartbeat {run.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep(bench: Workbench, order: Order, run: Run, event: Finished) -> Run:
    height, width, _ = event.pixels.shape
    result = Result(
        picture_digest=picture_digest(event.pixels),
        width=width,
        height=height,
        provenance=event.provenance,
        timings=event.timings,
    )
    finished = bench.store.finish(run.id, event.pixels, result)
    bench.store.set_evidence(run.id, evaluate(event.pixels, order.resolved, order.source))
    return finished


def complete_evidence(bench: Workbench, order: Order, run: Run) -> None:
    """Measure a picture whose process was killed between keeping and measuring it."""
    if run.result is not None and not bench.store.evidence(run.id):
        pixels = bench.store.pictures.get(run.result.picture_digest)
        bench.store.set_evidence(run.id, evaluate(pixels, order.resolved, order.source))

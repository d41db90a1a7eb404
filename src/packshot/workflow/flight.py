"""The runs that this process has claimed and given to its engine: the only place where engine and store meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from packshot.engine import Event, Failed, Finished, Lowered, Ticket
from packshot.errors import Interrupted, PackshotError, StoreError
from packshot.resolve import Order
from packshot.result import Failure, Result, Run, picture_digest
from packshot.workflow.measuring import measure
from packshot.workflow.sources import keep_source_of
from packshot.workflow.workbench import Workbench

OnEvent = Callable[[Event], None]
HEARTBEAT_EVERY_S = 10.0


def ignore(_event: Event) -> None:
    """For callers that watch nothing."""


@dataclass(slots=True)
class _Flying:
    """A claimed run; the ticket is None until the engine took it."""

    order: Order
    run: Run
    on_event: OnEvent
    ticket: Ticket | None = None


class Flight:
    """A context: leases are renewed inside; whoever leaves early gives every claim back.

    Ctrl-C leaves as Interrupted: the next call takes the runs over. Leases are renewed from a thread of their own,
    since one step, or loading, may take longer than a lease.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._flying: dict[str, _Flying] = {}
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __len__(self) -> int:
        return len(self._flying)

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._heart.join()
        for flying in self._flying.values():
            with suppress(PackshotError):  # an engine that was closed has nothing to cancel
                if flying.ticket is not None:
                    self._bench.engine().cancel(flying.ticket)
            with suppress(PackshotError):
                self._bench.store.release(flying.run.id)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted("stopped; everything finished so far is kept") from error

    def launch(self, order: Order, run: Run, on_event: OnEvent = ignore) -> Run | None:
        """Give a claimed run to the engine. Returns it where it failed at once. Raises StoreError."""
        flying = self._flying[run.id] = _Flying(order, run, on_event)
        try:
            engine = self._bench.engine()
            keep_source_of(self._bench, order)
            if order.mask is not None:
                self._bench.store.keep_source(order.mask)
            flying.ticket = engine.submit(order)
        except (StoreError, Interrupted):
            raise
        except PackshotError as error:
            return self._fail(flying, Failure(code=error.code, message=str(error), hint=error.hint))
        return None

    def step(self) -> list[Run]:
        """One step of the engine; the runs that it ended, kept in the store. Raises StoreError."""
        engine = self._bench.engine()
        ended: list[Run] = []
        for event in engine.step():
            flying = next((each for each in self._flying.values() if each.ticket == event.ticket), None)
            if flying is None:
                continue
            flying.on_event(event)
            if isinstance(event, Lowered):
                flying.order = replace(flying.order, resolved=event.resolved)
                flying.run = self._bench.store.restate(flying.run.id, event.resolved)
            elif isinstance(event, Finished):
                ended.append(self._keep(flying, event))
            elif isinstance(event, Failed):
                ended.append(self._fail(flying, event.failure))
        if not engine.busy:
            silence = Failure(code="engine.failed", message="the engine stopped without an answer")
            ended += [self._fail(flying, silence) for flying in list(self._flying.values())]
        return ended

    def _keep(self, flying: _Flying, event: Finished) -> Run:
        height, width, _ = event.pixels.shape
        result = Result(
            picture_digest=picture_digest(event.pixels),
            width=width,
            height=height,
            provenance=event.provenance,
            timings=event.timings,
        )
        run = self._bench.store.finish(flying.run.id, event.pixels, result)
        del self._flying[run.id]
        measure(self._bench, run, flying.order, event.pixels)
        return run

    def _fail(self, flying: _Flying, failure: Failure) -> Run:
        run = self._bench.store.fail(flying.run.id, failure)
        del self._flying[run.id]
        return run

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_EVERY_S):
            for run_id in list(self._flying):
                with suppress(PackshotError):  # taken over, or the store is gone: keeping the result will say so
                    self._bench.store.heartbeat(run_id)

"""The engine for models that run in their own diffusers pipeline: one picture at a time, in a thread of its own.

Behind the same protocol as the batching engine. A unit of work is loading and encoding, one denoising step, or the
decoding. A paused run keeps its thread, which waits.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from packshot.engine import machine
from packshot.engine.failure import failure_of
from packshot.engine.honesty import refuse_dishonest
from packshot.engine.pipeline.call import Called, Ready, Stepped, make
from packshot.engine.pipeline.handover import Broken, Done, Worker
from packshot.engine.preview import preview
from packshot.engine.protocol import (
    Advanced,
    Cancelled,
    Event,
    Failed,
    Finished,
    Paused,
    Preview,
    Resumed,
    Started,
    Ticket,
)
from packshot.models import PipelineLoader
from packshot.resolve import Order
from packshot.result import Timings


@dataclass(slots=True, eq=False)
class _Run:
    """An order, and from its first step on its worker. Times in seconds, of this run's own work alone."""

    ticket: Ticket
    order: Order
    preview_every: int
    worker: Worker | None = None
    began: float = 0.0
    load_s: float = 0.0
    encode_s: float = 0.0
    denoise_s: float = 0.0

    def give_up(self) -> None:
        """End its thread and let its memory go."""
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.abandon()
            machine.release_memory(self.order.resolved.execution.device)


class PipelineEngine:
    """Runs orders one after the other. `clock` gives seconds; only differences count."""

    def __init__(self, loader: PipelineLoader, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._loader = loader
        self._clock = clock
        self._queue: list[_Run] = []
        self._current: _Run | None = None
        self._paused: dict[Ticket, _Run] = {}
        self._tickets = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return self._current is not None or bool(self._queue)

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue."""
        self._tickets += 1
        self._put(_Run(self._tickets, order, preview_every))
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up; the thread of one that has begun is at its end when this returns."""
        run = self._paused.pop(ticket, None) or self._withdraw(ticket)
        if run is None:
            return []
        run.give_up()
        return [Cancelled(ticket)]

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside; the next in the queue begins."""
        run = self._withdraw(ticket)
        if run is None:
            return []
        self._paused[ticket] = run
        return [Paused(ticket)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue, in its place by age."""
        run = self._paused.pop(ticket, None)
        if run is None:
            return []
        self._put(run)
        return [Resumed(ticket)]

    def step(self) -> list[Event]:
        """Begin the oldest order, take one step of it, or finish it."""
        if self._current is None:
            if not self._queue:
                return []
            self._current = self._queue.pop(0)
        run = self._current
        try:
            return self._advance(run, run.worker or self._begin(run))
        except Exception as error:
            return self._failed(run, Failed(run.ticket, failure_of(error)))

    def _put(self, run: _Run) -> None:
        bisect.insort(self._queue, run, key=lambda waiting: waiting.ticket)

    def _withdraw(self, ticket: Ticket) -> _Run | None:
        if self._current is not None and self._current.ticket == ticket:
            run, self._current = self._current, None
            return run
        found = next((run for run in self._queue if run.ticket == ticket), None)
        if found is not None:
            self._queue.remove(found)
        return found

    def _begin(self, run: _Run) -> Worker:
        """Load the weights, which what is paused may keep in memory too, and make the thread."""
        execution = run.order.resolved.execution
        run.began = self._clock()
        machine.reset_peak_memory(execution.device)
        loaded = self._loader.load(run.order.model, execution.device, execution.precision, execution.memory)
        run.load_s = self._clock() - run.began
        run.worker = Worker(partial(make, loaded, run.order))
        return run.worker

    def _advance(self, run: _Run, worker: Worker) -> list[Event]:
        began = self._clock()
        message = worker.advance()
        passed = self._clock() - began
        match message:
            case Ready():
                run.encode_s = passed
                return [Started(run.ticket, run.order.resolved.intent.steps_taken)]
            case Stepped():
                run.denoise_s += passed
                return _progress(run, message)
            case Done(Called() as called):
                event = self._finished(run, called, passed)
                self._leave(run)
                return [event]
            case Broken(failure):
                return self._failed(run, Failed(run.ticket, failure))
        raise AssertionError(f"unexpected message from a pipeline: {message!r}")

    def _finished(self, run: _Run, called: Called, decode_s: float) -> Finished:
        """Raises EngineError where the picture is none."""
        refuse_dishonest(called.pixels, run.order.source)
        timings = Timings(
            load_s=run.load_s,
            encode_s=run.encode_s,
            denoise_s=run.denoise_s,
            decode_s=decode_s,
            total_s=self._clock() - run.began,
        )
        return Finished(run.ticket, called.pixels, called.provenance, timings)

    def _failed(self, run: _Run, event: Failed) -> list[Event]:
        run.give_up()
        self._leave(run)
        return [event]

    def _leave(self, run: _Run) -> None:
        run.worker = None
        if self._current is run:
            self._current = None


def _progress(run: _Run, stepped: Stepped) -> list[Event]:
    steps = run.order.resolved.intent.steps_taken
    events: list[Event] = [Advanced(run.ticket, stepped.number, steps)]
    wanted = run.preview_every and stepped.number % run.preview_every == 0 and stepped.number < steps
    if wanted and stepped.latents.ndim == 4:
        pixels = preview(stepped.latents, run.order.model.description.preview)
        if pixels is not None:
            events.append(Preview(run.ticket, stepped.number, pixels))
    return events

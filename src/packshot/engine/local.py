"""The engine on this machine: continuous batching that replays bit for bit.

Runs of one model, size and execution share each denoiser call, whatever their scheduler, steps, guidance, strength or
mode; they join and leave between steps. With one slot and torch it gives the pixels of diffusers' own pipeline called
with the same CPU generator.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from packshot.engine import machine
from packshot.engine.admission import Queue, Waiting
from packshot.engine.batch import Batch
from packshot.engine.decoder import Decoders
from packshot.engine.denoiser import Denoisers, OpenDenoiser
from packshot.engine.failure import failure_of
from packshot.engine.finishing import finish
from packshot.engine.preparation import Preparation
from packshot.engine.protocol import Cancelled, Event, Failed, Lowered, Paused, Resumed, Started, Ticket
from packshot.models import Loader, is_out_of_memory
from packshot.resolve import Order


class LocalEngine:
    """Runs orders on this machine. `clock` gives seconds; only differences count."""

    def __init__(
        self,
        loader: Loader,
        *,
        clock: Callable[[], float] = time.perf_counter,
        denoiser: OpenDenoiser | None = None,
        decoders: Decoders | None = None,
    ) -> None:
        self._clock = clock
        self._denoiser = denoiser or Denoisers(loader)
        self._decoders = decoders or Decoders()
        self._preparation = Preparation(loader, clock)
        self._queue = Queue()
        self._batch: Batch | None = None
        self._paused: dict[Ticket, Waiting] = {}
        self._tickets = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return bool(self._queue) or self._batch is not None

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue."""
        self._tickets += 1
        self._queue.put(Waiting(self._tickets, order, preview_every))
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        found = self._paused.pop(ticket, None) or self._withdraw(ticket)
        return [Cancelled(ticket)] if found is not None else []

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside with all that it owns."""
        found = self._withdraw(ticket)
        if found is None:
            return []
        self._paused[ticket] = found
        return [Paused(ticket)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""
        found = self._paused.pop(ticket, None)
        if found is None:
            return []
        self._queue.put(found)
        return [Resumed(ticket)]

    def step(self) -> list[Event]:
        """Begin a run where a slot is free; else one denoiser call for all runs, and at most one decoding."""
        batch = self._batch or self._open()
        if batch is None:
            return []
        execution = batch.group.execution
        machine.apply_execution(execution)
        with torch.no_grad(), machine.floating_point(flush_denormal=execution.flush_denormal):
            events = self._admit(batch) or [*self._decode(batch), *self._call(batch)]
        self._leave_when_empty()
        return events

    def _open(self) -> Batch | None:
        """A batch for the oldest order."""
        group = self._queue.group()
        if group is not None:
            machine.reset_peak_memory(group.execution.device)
            self._batch = Batch(group, self._denoiser, self._clock)
        return self._batch

    def _leave_when_empty(self) -> None:
        if self._batch is not None and self._batch.is_empty:
            self._batch = None

    def _withdraw(self, ticket: Ticket) -> Waiting | None:
        """Take an order out of the queue or of the batch, with what it has reached."""
        run = self._batch.leave(ticket) if self._batch is not None else None
        self._leave_when_empty()
        if run is not None:
            return Waiting(ticket, run.order, run.preview_every, run)
        return self._queue.remove(ticket)

    def _admit(self, batch: Batch) -> list[Event]:
        """Fill free slots: with what was paused, at once; up to one new run, since preparing it takes a while."""
        while batch.has_free_slot:
            waiting = self._queue.take(batch.group, opening=batch.opening)
            if waiting is None:
                return []
            try:
                run = waiting.begun or self._preparation.begin(waiting)
                if run.is_denoised:
                    batch.denoised.append(run)
                else:
                    batch.join(run)
            except Exception as error:
                return self._without_picture(waiting, error)
            if waiting.begun is None:
                return [Started(run.ticket, run.steps)]
        return []

    def _decode(self, batch: Batch) -> list[Event]:
        if not batch.denoised:
            return []
        run = batch.denoised.popleft()
        try:
            return [finish(run, batch.group.execution.rows, batch.threads, self._clock, self._decoders)]
        except Exception as error:
            return self._without_picture(Waiting(run.ticket, run.order, run.preview_every), error)

    def _without_picture(self, entry: Waiting, error: Exception) -> list[Event]:
        """What belongs to one run failed: it alone ends, or where memory was short beside others, begins again."""
        execution = entry.order.resolved.execution
        if not is_out_of_memory(error) or execution.slots == 1:
            return [Failed(entry.ticket, failure_of(error))]
        machine.release_memory(execution.device)
        return self._lower([entry])

    def _call(self, batch: Batch) -> list[Event]:
        """A failure of the shared call is everybody's; too little memory lowers the slots while there are several."""
        events: list[Event] = []
        try:
            batch.call(events)
        except Exception as error:
            failure, memory = failure_of(error), is_out_of_memory(error)
        else:
            return events
        runs, execution = batch.abandon(), batch.group.execution
        if not memory or execution.slots == 1:
            return events + [Failed(run.ticket, failure) for run in runs]
        machine.release_memory(execution.device)
        begun = [Waiting(run.ticket, run.order, run.preview_every) for run in runs]
        return events + self._lower([*begun, *self._queue.take_all(batch.group)])

    def _lower(self, entries: list[Waiting]) -> list[Event]:
        """Half the slots for all of them, each from its beginning: with another number of rows it is another run."""
        lowered = [entry.lowered() for entry in entries]
        for entry in lowered:
            self._queue.put(entry)
        return [Lowered(entry.ticket, entry.order.resolved) for entry in lowered]

"""The runs that share denoiser calls, from a batch's opening until it is empty. They join and leave between steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import torch

from packshot.engine import machine
from packshot.engine.active import ActiveRun
from packshot.engine.denoiser import OpenDenoiser
from packshot.engine.failure import failure_of
from packshot.engine.precision import precise_part, shared_part
from packshot.engine.preview import preview
from packshot.engine.protocol import Advanced, Event, Failed, Preview, Ticket
from packshot.engine.rows import Rows
from packshot.models import is_out_of_memory
from packshot.resolve import Group
from packshot.spec import Execution


class Batch:
    """A fixed number of slots for the runs of one group. Knows nothing about queues, prompts or decoding."""

    def __init__(self, group: Group, open_denoiser: OpenDenoiser, clock: Callable[[], float]) -> None:
        self.group = group
        self.denoised: deque[ActiveRun] = deque()
        """Runs that gave their slot up and wait for their decoding."""
        self.opening = True
        """Until the first denoiser call."""
        self._open_denoiser = open_denoiser
        self._clock = clock
        self._slots: list[ActiveRun | None] = [None] * group.execution.slots
        self._rows: Rows | None = None
        self._precise: Rows | None = None
        """For the calls in float32 of mixed precision: one run at a time."""
        self._uncharged: list[ActiveRun] = []
        self._uncharged_s = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether no run is left, neither in a slot nor before its decoding."""
        return not self.denoised and not any(self._slots)

    @property
    def has_free_slot(self) -> bool:
        """Whether a run may join."""
        return None in self._slots

    @property
    def threads(self) -> int:
        """Threads that the calls are really made with."""
        return self._rows.threads if self._rows is not None else self.group.execution.threads

    @property
    def runs(self) -> list[ActiveRun]:
        """The runs in slots."""
        return [run for _, run in self._occupied()]

    def join(self, run: ActiveRun) -> None:
        """Give a run a free slot. Raises EngineError where its rows do not fit."""
        if self._rows is None:
            began = self._clock()
            self._rows = self._opened(shared_part(self.group.execution), run)
            alone = precise_part(self.group.execution)
            self._precise = self._opened(alone, run) if alone is not None else None
            run.load_s += self._clock() - began
        slot = self._slots.index(None)
        self._rows.assign(slot, run.conditioning)
        self._slots[slot] = run

    def leave(self, ticket: Ticket) -> ActiveRun | None:
        """Take a run out, in a slot or before its decoding; None where it is not here."""
        for slot, run in self._occupied():
            if run.ticket == ticket:
                self._vacate(slot)
                self._settle()
                return run
        found = next((run for run in self.denoised if run.ticket == ticket), None)
        if found is not None:
            self.denoised.remove(found)
        return found

    def call(self, events: list[Event]) -> None:
        """One denoiser call, and each run's own step. What happened is appended to `events`, whatever is raised.

        A run whose own part fails leaves alone. Raises what the shared call raises, and lack of memory anywhere.
        """
        rows, began = self._rows, self._clock()
        if rows is None:
            return
        self.opening = False
        alone: dict[int, torch.Tensor] = {}
        for slot, run in self._occupied():
            try:
                if self._precise is not None and run.is_precise:
                    alone[slot] = _predict_alone(self._precise, run)
                else:
                    rows.feed(slot, run.next_input(), run.timestep)
            except Exception as error:
                events.append(self._failed(slot, run, error))
        if not self.runs:
            return
        predictions = alone if len(alone) == len(self.runs) else rows.predict() | alone
        for slot, run in self._occupied():
            try:
                run.take(predictions[slot])
                events += _progress(run)
            except Exception as error:
                events.append(self._failed(slot, run, error))
                continue
            self._uncharged.append(run)
            if run.is_denoised:
                self._vacate(slot)
                self.denoised.append(run)
        self._charge(began)

    def abandon(self) -> list[ActiveRun]:
        """Empty all slots; the runs that were in them."""
        runs = self.runs
        for slot, _ in self._occupied():
            self._vacate(slot)
        return runs

    def _opened(self, execution: Execution, run: ActiveRun) -> Rows:
        example = run.example_input
        denoiser = self._open_denoiser(run.order.model, run.pipeline, execution, example, run.conditioning)
        return Rows(denoiser, execution, example, run.conditioning)

    def _occupied(self) -> Iterator[tuple[int, ActiveRun]]:
        return ((slot, run) for slot, run in enumerate(tuple(self._slots)) if run is not None)

    def _vacate(self, slot: int) -> None:
        self._slots[slot] = None
        if self._rows is not None:
            self._rows.free(slot)

    def _failed(self, slot: int, run: ActiveRun, error: Exception) -> Failed:
        if is_out_of_memory(error):
            raise error
        self._vacate(slot)
        return Failed(run.ticket, failure_of(error))

    def _charge(self, began: float) -> None:
        """Time to the runs that shared it. A device computes behind the clock's back: asked only before a decoding."""
        if self.denoised:
            machine.wait_for(self.group.execution.device)
        self._uncharged_s += self._clock() - began
        if self.denoised:
            self._settle()

    def _settle(self) -> None:
        for run in self._uncharged:
            run.denoise_s += self._uncharged_s / len(self._uncharged)
        self._uncharged, self._uncharged_s = [], 0.0


def _predict_alone(rows: Rows, run: ActiveRun) -> torch.Tensor:
    """A run's own call → its prediction, (1 or 2, C, h, w)."""
    rows.assign(0, run.conditioning)
    try:
        rows.feed(0, run.next_input(), run.timestep)
        return rows.predict()[0]
    finally:
        rows.free(0)


def _progress(run: ActiveRun) -> list[Event]:
    events: list[Event] = [Advanced(run.ticket, run.calls, run.steps)]
    if run.previews_now:
        shown = run.latents if run.estimate is None else run.estimate
        pixels = preview(shown, run.order.model.description.preview)
        if pixels is not None:
            events.append(Preview(run.ticket, run.calls, pixels))
    return events

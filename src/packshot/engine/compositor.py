"""The engine for pictures that need no model: a product on pure white. Imports no torch, and draws no noise."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable
from functools import cache
from typing import Final

import packshot
from packshot.engine.failure import failure_of
from packshot.engine.locked import put_product_back
from packshot.engine.protocol import Advanced, Cancelled, Event, Failed, Finished, Paused, Resumed, Started, Ticket
from packshot.errors import EngineError
from packshot.resolve import Order
from packshot.result import LockMeasure, Provenance, Timings

LIBRARIES: Final = ("numpy", "opencv-python-headless", "Pillow", "scipy")


class CompositorEngine:
    """Makes one picture a step. `clock` gives seconds; only differences count."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._queue: dict[Ticket, Order] = {}
        self._paused: dict[Ticket, Order] = {}
        self._tickets = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return bool(self._queue)

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue. There is nothing to preview."""
        self._tickets += 1
        self._queue[self._tickets] = order
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        found = self._queue.pop(ticket, None) or self._paused.pop(ticket, None)
        return [Cancelled(ticket)] if found else []

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside."""
        if ticket not in self._queue:
            return []
        self._paused[ticket] = self._queue.pop(ticket)
        return [Paused(ticket)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back."""
        if ticket not in self._paused:
            return []
        self._queue[ticket] = self._paused.pop(ticket)
        return [Resumed(ticket)]

    def step(self) -> list[Event]:
        """Make the oldest order's picture."""
        if not self._queue:
            return []
        ticket = min(self._queue)
        order = self._queue.pop(ticket)
        try:
            return [Started(ticket, 1), Advanced(ticket, 1, 1), self._made(ticket, order)]
        except Exception as error:
            return [Started(ticket, 1), Failed(ticket, failure_of(error))]

    def _made(self, ticket: Ticket, order: Order) -> Finished:
        pin, product = order.resolved.intent.lock, order.product
        if pin is None or product is None:
            raise EngineError("engine.failed", "this engine makes product locks on white alone")
        began = self._clock()
        pixels, lock = put_product_back(pin, product, None)
        seconds = self._clock() - began
        return Finished(ticket, pixels, _provenance(order, lock), Timings(decode_s=seconds, total_s=seconds))


def _provenance(order: Order, lock: LockMeasure) -> Provenance:
    execution = order.resolved.execution
    return Provenance(
        packshot=packshot.__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        machine=platform.machine(),
        device=execution.device,
        device_name=platform.processor() or platform.machine(),
        precision=execution.precision,
        runtime=execution.runtime,
        rows=execution.rows,
        rng_device="none",
        threads=execution.threads,
        attention=execution.attention,
        flush_denormal=execution.flush_denormal,
        deterministic=execution.deterministic,
        libraries=_libraries(),
        weights_digest=order.model.weights_digest,
        scheduler_config={},
        denoiser_calls=0,
        safety_checker="none",
        notes=order.resolved.origin.notes,
        lock=lock,
    )


@cache
def _libraries() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in LIBRARIES}

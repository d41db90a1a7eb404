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
from packshot.engine.protocol import Advanced, Event, Failed, Finished, Started, Ticket
from packshot.engine.queued import QueuedEngine
from packshot.errors import EngineError
from packshot.resolve import Order
from packshot.result import LockMeasure, Provenance, Timings

LIBRARIES: Final = ("numpy", "opencv-python-headless", "Pillow", "scipy")


class CompositorEngine(QueuedEngine[Order]):
    """Makes one picture a step. `clock` gives seconds; only differences count."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__()
        self._clock = clock

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue. There is nothing to preview."""
        return self._put(order)

    def step(self) -> list[Event]:
        """Make the oldest order's picture."""
        if not self.busy:
            return []
        ticket = self._oldest()
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

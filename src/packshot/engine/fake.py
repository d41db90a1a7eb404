"""An engine without a model, part of the product: pictures in microseconds, for whoever tests what lies above.

Its picture is a function of the intent alone (colours from the spec hash), so that replays are identical and other
seeds give other pictures. `fails` names the failure that a prompt shall end with.
"""

from __future__ import annotations

import hashlib
import platform
from collections import deque
from collections.abc import Mapping

import numpy as np

import packshot
from packshot.engine.protocol import Advanced, Cancelled, Event, Failed, Finished, Started, Ticket
from packshot.resolve import Order
from packshot.result import Failure, Pixels, Provenance, Timings, picture_digest
from packshot.spec import ResolvedSpec


class FakeEngine:
    """Keeps the protocol of every engine: queue, steps, cancel."""

    def __init__(self, *, fails: Mapping[str, Failure] | None = None) -> None:
        self._fails = dict(fails or {})
        self._queue: deque[tuple[Ticket, Order]] = deque()
        self._step = -1
        self._tickets = 0
        self.made = 0

    @property
    def busy(self) -> bool:
        """Whether anything waits or runs."""
        return bool(self._queue)

    def submit(self, order: Order) -> Ticket:
        """Put an order in the queue."""
        self._tickets += 1
        self._queue.append((self._tickets, order))
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        for position, entry in enumerate(self._queue):
            if entry[0] == ticket:
                self._queue.remove(entry)
                self._step = -1 if position == 0 else self._step
                return [Cancelled(ticket)]
        return []

    def step(self) -> list[Event]:
        """Start the first order, advance it by one step, or finish it."""
        if not self._queue:
            return []
        ticket, order = self._queue[0]
        steps = order.resolved.intent.steps_taken
        self._step += 1
        if self._step == 0:
            return [Started(ticket, steps)]
        if self._step <= steps:
            return [Advanced(ticket, self._step, steps)]
        self._queue.popleft()
        self._step = -1
        failure = self._fails.get(order.resolved.intent.prompt)
        if failure is not None:
            return [Failed(ticket, failure)]
        self.made += 1
        return [Finished(ticket, fake_picture(order.resolved), _provenance(order), Timings(denoise_s=steps / 1000))]


def fake_picture(resolved: ResolvedSpec) -> Pixels:
    """A disc on a plain ground, colours from the spec hash, of the size asked for. (H, W, 3)."""
    intent = resolved.intent
    seed = hashlib.sha256(intent.hash.encode()).digest()
    ground, disc = np.frombuffer(seed[:6], np.uint8).reshape(2, 3)
    y, x = np.mgrid[: intent.height, : intent.width]
    radius = min(intent.height, intent.width) * (0.2 + seed[6] / 1000)
    inside = (x - intent.width / 2) ** 2 + (y - intent.height / 2) ** 2 < radius**2
    shade = ((x + y) * 40 // (intent.width + intent.height)).astype(np.int16)[..., None]
    picture = np.where(inside[..., None], disc, ground).astype(np.int16)
    pixels: Pixels = np.clip(picture - shade, 0, 255).astype(np.uint8)
    return pixels


def _provenance(order: Order) -> Provenance:
    execution = order.resolved.execution
    return Provenance(
        packshot=packshot.__version__,
        python=platform.python_version(),
        platform="fake",
        machine="fake",
        device=execution.device,
        device_name="fake engine",
        precision=execution.precision,
        runtime="fake",
        rows=execution.rows,
        rng_device="cpu",
        threads=execution.threads,
        attention=execution.attention,
        flush_denormal=execution.flush_denormal,
        deterministic=execution.deterministic,
        libraries={},
        weights_digest=order.model.pin.digest,
        scheduler_config=order.resolved.intent.scheduler.config,
        denoiser_calls=order.resolved.intent.steps_taken,
        safety_checker="none",
        fitted_source_digest=picture_digest(order.source) if order.source is not None else None,
        notes=order.resolved.origin.notes,
    )

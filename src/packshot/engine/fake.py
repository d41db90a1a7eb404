"""An engine without a model, part of the product: pictures in microseconds, for whoever tests what lies above.

Its picture is a function of the intent alone (colours from the spec hash), so that replays are identical and other
seeds give other pictures; a locked product is put back into it. One run at a time, whatever the slots. `fails` names
the failure that a prompt ends with.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

import packshot
from packshot.engine.locked import put_product_back
from packshot.engine.protocol import Advanced, Event, Failed, Finished, Preview, Started, Ticket
from packshot.engine.queued import QueuedEngine
from packshot.resolve import Order
from packshot.result import Failure, LockMeasure, Pixels, Provenance, Timings, picture_digest
from packshot.spec import Background, ResolvedSpec

PREVIEW_SCALE = 8


@dataclass(slots=True)
class _Entry:
    """An order and how far it is; `step` -1 before it was started."""

    order: Order
    preview_every: int
    step: int = -1


class FakeEngine(QueuedEngine[_Entry]):
    """Keeps the protocol of every engine: queue, steps, previews, cancel, pause, resume."""

    def __init__(self, *, fails: Mapping[str, Failure] | None = None) -> None:
        super().__init__()
        self._fails = dict(fails or {})
        self.made = 0

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue."""
        return self._put(_Entry(order, preview_every))

    def step(self) -> list[Event]:
        """Start the oldest order, advance it by one step, or finish it."""
        if not self.busy:
            return []
        ticket = self._oldest()
        entry = self._queue[ticket]
        order, steps = entry.order, entry.order.resolved.intent.steps_taken
        entry.step += 1
        if entry.step == 0:
            return [Started(ticket, steps)]
        if entry.step <= steps:
            return [Advanced(ticket, entry.step, steps), *_preview(ticket, entry)]
        del self._queue[ticket]
        failure = self._fails.get(order.resolved.intent.prompt)
        if failure is not None:
            return [Failed(ticket, failure)]
        self.made += 1
        pixels, lock = _picture(order)
        return [Finished(ticket, pixels, _provenance(order, lock), Timings(denoise_s=steps / 1000))]


def _picture(order: Order) -> tuple[Pixels, LockMeasure | None]:
    lock, product = order.resolved.intent.lock, order.product
    if lock is None or product is None:
        return fake_picture(order.resolved), None
    scene = None if lock.background is Background.WHITE else fake_picture(order.resolved)
    return put_product_back(lock, product, scene)


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


def _preview(ticket: Ticket, entry: _Entry) -> list[Event]:
    if (
        not entry.preview_every
        or entry.step % entry.preview_every
        or entry.step == entry.order.resolved.intent.steps_taken
    ):
        return []
    small = fake_picture(entry.order.resolved)[::PREVIEW_SCALE, ::PREVIEW_SCALE]
    return [Preview(ticket, entry.step, small)]


def _provenance(order: Order, lock: LockMeasure | None) -> Provenance:
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
        weights_digest=order.model.weights_digest,
        scheduler_config=order.resolved.intent.scheduler.config,
        denoiser_calls=order.resolved.intent.steps_taken,
        safety_checker="none",
        fitted_source_digest=picture_digest(order.source) if order.source is not None else None,
        notes=order.resolved.origin.notes,
        lock=lock,
    )

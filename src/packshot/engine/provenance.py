"""What a picture was really made with, read back from the libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from packshot.engine import machine
from packshot.engine.active import ActiveRun
from packshot.models import shortened
from packshot.resolve import Order
from packshot.result import LockMeasure, Provenance, picture_digest


def provenance_of(
    run: ActiveRun, rows: int, threads: int, safety_checker: str, notes: tuple[str, ...], lock: LockMeasure | None
) -> Provenance:
    """The circumstances of a run in calls of `rows` rows by `threads` threads, at its end.

    Peak memory is the batch's until now.
    """
    made = Circumstances(
        run.pipeline.unet, run.schedule.scheduler, run.calls, rows, threads, safety_checker, notes, lock
    )
    return provenance(run.order, made)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an engine knows of a run at its end: denoiser, scheduler, denoiser calls, their rows, and the threads.

    `lock` is what a product lock measured.
    """

    denoiser: Any
    scheduler: Any
    calls: int
    rows: int
    threads: int
    safety_checker: str
    notes: tuple[str, ...]
    lock: LockMeasure | None = None


def provenance(order: Order, made: Circumstances) -> Provenance:
    """What an order's picture was made with. Peak memory is that until now."""
    execution, source = order.resolved.execution, order.source
    config = {key: value for key, value in dict(made.scheduler.config).items() if not key.startswith("_")}
    return Provenance(
        **machine.circumstances(execution.runtime),
        device=execution.device,
        device_name=machine.device_name(execution.device),
        precision=execution.precision,
        runtime=execution.runtime,
        rows=made.rows,
        threads=made.threads,
        attention=machine.attention_of(made.denoiser),
        flush_denormal=machine.flushes_denormals(),
        deterministic=torch.are_deterministic_algorithms_enabled(),
        weights_digest=order.model.weights_digest,
        scheduler_config=_plain(shortened(config)),
        denoiser_calls=made.calls,
        safety_checker=made.safety_checker,
        fitted_source_digest=picture_digest(source) if source is not None else None,
        peak_memory_bytes=machine.peak_memory_bytes(execution.device),
        notes=made.notes,
        lock=made.lock,
    )


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """JSON values only: what is not one is written as text."""
    return {
        key: value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
        for key, value in config.items()
    }

"""The circumstances of a picture that a server made: what it tells, and that it tells no more."""

from __future__ import annotations

import platform
from collections.abc import Mapping

import packshot
from packshot.engine.remote.request import reference_of
from packshot.resolve import Order
from packshot.result import Provenance, picture_digest
from packshot.spec import UNTOLD


def provenance_of(order: Order, server: str, told: Mapping[str, str], notes: tuple[str, ...]) -> Provenance:
    """`server` is what it calls itself, `told` its own list's words on the model: replays compare both."""
    execution = order.resolved.execution
    model = ", ".join(f"{name} {value}" for name, value in told.items())
    return Provenance(
        packshot=packshot.__version__,
        python=platform.python_version(),
        platform=UNTOLD,
        machine=UNTOLD,
        device=execution.device,
        device_name=reference_of(order).place,
        precision=execution.precision,
        runtime=execution.runtime,
        rows=execution.rows,
        rng_device=UNTOLD,
        threads=execution.threads,
        attention=execution.attention,
        flush_denormal=execution.flush_denormal,
        deterministic=execution.deterministic,
        libraries={"server": server or UNTOLD, "model on the server": model or UNTOLD},
        weights_digest=order.model.weights_digest,
        scheduler_config={},
        denoiser_calls=0,
        safety_checker=UNTOLD,
        fitted_source_digest=picture_digest(order.source) if order.source is not None else None,
        notes=(*order.resolved.origin.notes, *notes),
    )

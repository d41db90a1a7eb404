"""Measures a runtime: seconds a denoiser call, and how far its pictures are from the anchor's."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import torch

from packshot.engine import machine
from packshot.engine.conditioning import Conditioning, encode_prompts
from packshot.engine.decoder import Decoders
from packshot.engine.denoiser import Denoisers
from packshot.engine.local import LocalEngine
from packshot.engine.noise import latent_shape, new_generator
from packshot.engine.precision import PRECISE_FROM, precise_part, shared_part
from packshot.engine.protocol import Failed, Finished
from packshot.errors import EngineError
from packshot.models import Loader
from packshot.resolve import Order, with_decoder
from packshot.result import Pixels, RuntimeMeasurement, psnr_db
from packshot.spec import Execution

ROWS = (2, 8)
REPETITIONS = 5
ANCHOR = ("torch", "float32")


def measure(
    orders: list[Order], candidates: Iterable[tuple[str, str]], cache: Path | None, *, repetitions: int = REPETITIONS
) -> Iterator[RuntimeMeasurement]:
    """One measurement for each (runtime, precision), as it is made.

    Speed is measured on the first of the `orders` (with guidance), agreement on the pictures of all that the anchor
    can make. One runtime is in memory at a time. Raises what the engine failed with.
    """
    expected = _by_anchor(orders, cache)
    for candidate in candidates:
        meter = RuntimeMeter(candidate, cache)
        calls = {rows: meter.call_s(orders[0], rows, repetitions) for rows in ROWS}
        lowest = math.inf
        if candidate != ANCHOR:
            lowest = min((meter.agreement_db(order, picture) for order, picture in expected), default=0.0)
        yield RuntimeMeasurement(
            runtime=candidate[0],
            precision=candidate[1],
            call_s=calls,
            psnr_db=None if math.isinf(lowest) else lowest,
        )


def _by_anchor(orders: list[Order], cache: Path | None) -> list[tuple[Order, Pixels]]:
    meter = RuntimeMeter(ANCHOR, cache)
    made = [(order, meter.picture(order)) for order in orders]
    return [(order, picture) for order, picture in made if picture is not None]


class RuntimeMeter:
    """One runtime in one precision, with weights of its own."""

    def __init__(self, candidate: tuple[str, str], cache: Path | None) -> None:
        self._runtime, self._precision = candidate
        self._loader = Loader()
        self._denoisers = Denoisers(self._loader, cache)
        self._engine = LocalEngine(self._loader, denoiser=self._denoisers, decoders=Decoders(cache))

    def _ordered(self, order: Order) -> Order:
        resolved = order.resolved.with_execution(runtime=self._runtime, precision=self._precision)
        decoding = with_decoder(resolved.execution, resolved.intent.width, resolved.intent.height)
        return replace(order, resolved=resolved.with_execution(decoder=decoding.decoder))

    def picture(self, order: Order) -> Pixels | None:
        """The picture of an order, None where it is none, such as NaN. Raises EngineError on other failures."""
        self._engine.submit(self._ordered(order))
        while self._engine.busy:
            for event in self._engine.step():
                if isinstance(event, Finished):
                    return event.pixels
                if isinstance(event, Failed) and event.failure.code.startswith("picture."):
                    return None
                if isinstance(event, Failed):
                    raise EngineError(event.failure.code, event.failure.message, hint=event.failure.hint)
        raise EngineError("engine.failed", "the engine stopped without an answer")

    def agreement_db(self, order: Order, expected: Pixels) -> float:
        """PSNR of an order's picture to the anchor's: infinity where equal, 0 where there is none."""
        made = self.picture(order)
        return 0.0 if made is None else psnr_db(expected, made)

    def call_s(self, order: Order, rows: int, repetitions: int) -> float:
        """The fastest of some denoiser calls with `rows` rows; in mixed precision the mean of a run's calls."""
        order = self._ordered(order)
        slots = max(rows // 2, 1)
        execution = order.resolved.execution.model_copy(update={"rows": rows, "slots": slots})
        shared = self._fastest_s(order, shared_part(execution), repetitions)
        alone = precise_part(execution)
        if alone is None:
            return shared
        share = 1 - PRECISE_FROM
        return (1 - share) * shared + share * slots * self._fastest_s(order, alone, repetitions)

    def _fastest_s(self, order: Order, execution: Execution, repetitions: int) -> float:
        rows = execution.rows
        machine.apply_execution(execution)
        with torch.no_grad(), machine.floating_point(flush_denormal=execution.flush_denormal):
            pipeline = self._loader.load(order.model, execution.device, execution.precision, execution.runtime)
            conditioning = _repeated(encode_prompts(pipeline, order), rows)
            shape = latent_shape(pipeline, order)
            latents = torch.randn((rows, *shape[1:]), generator=new_generator(0)).to(conditioning.embeddings)
            timesteps = torch.full((rows,), 500.0, device=latents.device)
            denoiser = self._denoisers(order.model, pipeline, execution, latents, conditioning)

            def timed() -> float:
                began = time.perf_counter()
                denoiser.predict(latents, timesteps, conditioning)
                machine.wait_for(execution.device)
                return time.perf_counter() - began

            timed()
            return min(timed() for _ in range(repetitions))


def _repeated(conditioning: Conditioning, rows: int) -> Conditioning:
    times = rows // conditioning.embeddings.shape[0]

    def repeat(value: torch.Tensor) -> torch.Tensor:
        return value.repeat(times, *(1 for _ in value.shape[1:]))

    added, condition = conditioning.added, conditioning.timestep_condition
    return replace(
        conditioning,
        embeddings=repeat(conditioning.embeddings),
        added=None if added is None else {name: repeat(value) for name, value in added.items()},
        timestep_condition=None if condition is None else repeat(condition),
    )

"""The same pictures by the engine, and how its time divides."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks.engine.lab import executed
from packshot.engine import Failed, Finished
from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import Denoiser, Denoisers
from packshot.engine.local import LocalEngine
from packshot.models import Loader, Model
from packshot.resolve import Order
from packshot.result import Pixels
from packshot.spec import Execution


@dataclass(slots=True)
class Stopwatch:
    """Seconds within the denoiser and within the decoder."""

    denoiser_s: float = 0.0
    decoder_s: float = 0.0


@dataclass(slots=True)
class TimedDenoiser:
    """A denoiser whose calls are timed."""

    within: Denoiser
    stopwatch: Stopwatch

    @property
    def threads(self) -> int:
        """Of the denoiser within."""
        return self.within.threads

    def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> torch.Tensor:
        """The denoiser's prediction."""
        began = time.perf_counter()
        prediction = self.within.predict(latents, timesteps, conditioning)
        self.stopwatch.denoiser_s += time.perf_counter() - began
        return prediction


class OurWay:
    """An engine with a runtime, a precision and a number of slots; it keeps what it has loaded and compiled."""

    def __init__(self, runtime: str, precision: str, slots: int, cache: Path) -> None:
        self._execution = (runtime, precision, slots)
        self._stopwatch = Stopwatch()
        loader = Loader()
        open_denoiser = Denoisers(loader, cache)

        def timed(
            model: Model, pipeline: Any, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
        ) -> Denoiser:
            return TimedDenoiser(open_denoiser(model, pipeline, execution, latents, conditioning), self._stopwatch)

        self._engine = LocalEngine(loader, denoiser=timed)

    def __call__(self, orders: list[Order]) -> dict[str, Pixels]:
        """All pictures by spec hash. Raises RuntimeError where one fails."""
        names = {self._engine.submit(order): order.resolved.hash for order in executed(orders, *self._execution)}
        made: dict[str, Pixels] = {}
        while self._engine.busy:
            for event in self._engine.step():
                if isinstance(event, Failed):
                    raise RuntimeError(event.failure.message)
                if isinstance(event, Finished):
                    made[names[event.ticket]] = event.pixels
                    self._stopwatch.decoder_s += event.timings.decode_s
        return made

    def outside(self, orders: list[Order]) -> float:
        """The share of the time that neither the denoiser nor the decoder takes."""
        self._stopwatch.denoiser_s = self._stopwatch.decoder_s = 0.0
        began = time.perf_counter()
        self(orders)
        total = time.perf_counter() - began
        return 1 - (self._stopwatch.denoiser_s + self._stopwatch.decoder_s) / total

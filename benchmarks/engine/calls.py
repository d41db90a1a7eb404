"""Single denoiser calls: milliseconds, GFLOP/s, and the share of the machine's ceiling in that precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.engine.ceiling import matmul_gflops
from benchmarks.engine.flops import call_gflop
from packshot.engine.bench import RuntimeMeter
from packshot.models.description import read_json
from packshot.resolve import Order


@dataclass(frozen=True, slots=True)
class Call:
    """One runtime and precision at one number of rows. `share` is of the measured matrix product."""

    runtime: str
    precision: str
    rows: int
    milliseconds: float
    gflop: float
    gflops: float
    share: float

    def as_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def measured_calls(
    order: Order, candidates: list[tuple[str, str]], rows: list[int], cache: Path, repetitions: int
) -> Iterator[Call]:
    """The fastest of `repetitions` calls for each candidate and number of rows, each runtime alone in memory."""
    intent, folder = order.resolved.intent, order.model.folder
    latents = (
        intent.height // order.model.description.multiple_px,
        intent.width // order.model.description.multiple_px,
    )
    config = read_json(folder / "unet" / "config.json")
    ceilings = {precision: matmul_gflops(precision) for precision in sorted({entry[1] for entry in candidates})}
    for candidate in candidates:
        meter = RuntimeMeter(candidate, cache)
        for number in rows:
            seconds = meter.call_s(order, number, repetitions)
            gflop = call_gflop(config, number, latents)
            rate = gflop / seconds
            yield Call(*candidate, number, seconds * 1e3, gflop, rate, rate / ceilings[candidate[1]])

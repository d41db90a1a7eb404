"""Interleaved rounds, so that a machine that slows down slows everybody, and ratios within a round."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Lowest, median and highest of a figure over the rounds."""

    lowest: float
    median: float
    highest: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """The spread of one value or more."""
        return cls(min(values), statistics.median(values), max(values))

    def as_json(self) -> dict[str, float]:
        """All three."""
        return asdict(self)


def timed_rounds(variants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each variant in each round; the variants take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(1, rounds + 1):
        for name, run in variants.items():
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
            print(f"round {number}: {name}: {seconds[name][-1]:.2f} s", file=sys.stderr, flush=True)
    return seconds


def ratios(seconds: Mapping[str, list[float]], against: str) -> dict[str, Spread]:
    """How many times as fast as `against` each variant was, round by round."""
    return {
        name: Spread.of([base / own for base, own in zip(seconds[against], times, strict=True)])
        for name, times in seconds.items()
    }

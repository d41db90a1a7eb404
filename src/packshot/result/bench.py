"""What `packshot doctor --bench` measured: how fast each runtime computes a model here, and how far from the anchor."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from packshot.spec import Frozen

BENCH_SCHEMA: Final = "packshot.bench/1"


class RuntimeMeasurement(Frozen):
    """One runtime in one precision.

    `call_s` is the fastest denoiser call in seconds by number of rows. `psnr_db` is the lowest agreement of a picture
    with the anchor's (torch, float32), None for the anchor itself and for equal pictures.
    """

    runtime: str
    precision: str
    call_s: dict[int, float]
    psnr_db: float | None = None

    @property
    def row_s(self) -> float:
        """Seconds a row, over all numbers of rows that were measured."""
        return sum(call_s / rows for rows, call_s in self.call_s.items()) / len(self.call_s)


class Bench(Frozen):
    """The measurements of one model. They hold for this processor, number of threads and these libraries only."""

    model: str
    weights_digest: str
    processor: str
    threads: int
    libraries: dict[str, str]
    measurements: tuple[RuntimeMeasurement, ...]


class BenchFile(Frozen):
    """`cache/bench.json` of a workspace: one bench for each model."""

    schema_: Literal["packshot.bench/1"] = Field(default=BENCH_SCHEMA, alias="schema")
    benches: tuple[Bench, ...] = ()

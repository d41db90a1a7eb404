"""Specs, pictures and results for the tests of the store: small, and each derived from a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from packshot.result import Failure, Pixels, Provenance, Result, Timings, picture_digest
from packshot.spec import Execution, Intent, Mode, ModelPin, Origin, ResolvedSpec, SchedulerPin

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FAILURE = Failure(code="engine.failed", message="it broke", hint="try again")


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def resolved_spec(seed: int, *, threads: int = 1) -> ResolvedSpec:
    return ResolvedSpec(
        intent=Intent(
            mode=Mode.TEXT_TO_IMAGE,
            prompt="photo of a mug on a yellow background",
            negative_prompt="",
            model=ModelPin(family="tiny", digest="0" * 64),
            scheduler=SchedulerPin(
                name="EulerA", class_name="EulerAncestralDiscreteScheduler", config={"beta_end": 0.012}
            ),
            steps=3,
            steps_taken=3,
            guidance=7.5,
            seed=seed,
            width=8,
            height=8,
        ),
        execution=Execution(device="cpu", precision="float32", runtime="torch", slots=1, rows=2, threads=threads),
        origin=Origin(model="tiny"),
    )


def picture(seed: int, height: int = 8, width: int = 6) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def result_of(pixels: Pixels) -> Result:
    return Result(
        picture_digest=picture_digest(pixels),
        width=pixels.shape[1],
        height=pixels.shape[0],
        provenance=Provenance(
            packshot="0",
            python="3",
            platform="x",
            machine="x",
            device="cpu",
            device_name="x",
            precision="float32",
            runtime="torch",
            rows=2,
            rng_device="cpu",
            threads=1,
            attention="sdpa",
            flush_denormal=True,
            deterministic=True,
            libraries={"torch": "2"},
            weights_digest="0" * 64,
            scheduler_config={"beta_end": 0.012},
            denoiser_calls=3,
            safety_checker="none",
        ),
        timings=Timings(total_s=0.5),
    )

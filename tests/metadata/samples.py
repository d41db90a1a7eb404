"""A record as the lab's image-to-image runs have it, and pixels for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from packshot.metadata import PictureRecord
from packshot.result import Pixels, Provenance, Timings, picture_digest
from packshot.spec import Execution, Intent, Mode, ModelPin, Origin, ResolvedSpec, SchedulerPin, SourcePin

PROVENANCE = Provenance(
    packshot="0.1.0",
    python="3.11.2",
    platform="Linux",
    machine="x86_64",
    device="cpu",
    device_name="a processor",
    precision="float32",
    runtime="torch",
    rows=2,
    rng_device="cpu",
    threads=2,
    attention="sdpa",
    flush_denormal=True,
    deterministic=True,
    libraries={"torch": "2.13.0"},
    weights_digest="sha256:" + "ab" * 32,
    scheduler_config={"lambda_min_clipped": float("-inf")},
    denoiser_calls=18,
    safety_checker="none",
)


def sample_pixels(seed: int = 0, width: int = 24, height: int = 20) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def sample_record(pixels: Pixels | None = None, *, origin: str = "studio-tiny", **changes: Any) -> PictureRecord:
    intent = Intent(
        **{
            "mode": Mode.IMAGE_TO_IMAGE,
            "prompt": "product photo of running shoes, very sharp",
            "negative_prompt": "text, watermark",
            "model": ModelPin(family="sd", digest="sha256:0123456789abcdef" + "0" * 48),
            "scheduler": SchedulerPin(name="EulerA", class_name="EulerAncestralDiscreteScheduler", config={"a": 0.1}),
            "steps": 30,
            "steps_taken": 18,
            "guidance": 7.5,
            "seed": 42,
            "width": 24,
            "height": 20,
            "source": SourcePin(digest="cd" * 32, width=24, height=20),
            "strength": 0.6,
            **changes,
        }
    )
    execution = Execution(device="cpu", precision="float32", runtime="torch", slots=1, rows=2, threads=2)
    resolved = ResolvedSpec(intent=intent, execution=execution, origin=Origin(model=origin))
    return PictureRecord(
        resolved=resolved,
        spec_hash=resolved.hash,
        picture_digest=picture_digest(sample_pixels() if pixels is None else pixels),
        run_id="01JDBAHPZ00000000000000000",
        provenance=PROVENANCE,
        timings=Timings(denoise_s=0.7, total_s=0.8),
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )

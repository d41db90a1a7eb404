"""A run: one execution of a resolved spec, with what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from packshot.result.locked import LockMeasure
from packshot.result.verdict import Verdict
from packshot.spec import Frozen, ResolvedSpec


class RunState(StrEnum):
    """queued → running → succeeded, failed or cancelled. A killed run is taken over and runs again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Failure(Frozen):
    """Why there is no picture: a dotted code of `packshot.errors.CODES`, words for a person, and the cause's trace."""

    code: str
    message: str
    hint: str | None = None
    trace: str | None = None


class Timings(Frozen):
    """Seconds. `load_s` is 0 where the weights were in memory already.

    `denoise_s` is the run's share: the time of each call divided by the runs in it, so that sums are what passed.
    `total_s` is what passed from its beginning to its picture, others' work included.
    """

    load_s: float = 0.0
    encode_s: float = 0.0
    denoise_s: float = 0.0
    decode_s: float = 0.0
    total_s: float = 0.0

    @property
    def picture_s(self) -> float:
        """What the picture itself cost, without loading."""
        return self.encode_s + self.denoise_s + self.decode_s


class Provenance(Frozen):
    """The circumstances of a result, as far as a promise to make it again rests on them.

    `weights_digest` is that of the weights that computed: the model's, or with LoRAs one over both (docs/record.md).
    `execution_found` is what really ran (threads, attention, …), read back from the libraries, not from the wish.
    `lock` is what a product lock's result measured, and written only there.
    """

    packshot: str
    python: str
    platform: str
    machine: str
    device: str
    device_name: str
    precision: str
    runtime: str
    rows: int
    rng_device: str
    threads: int
    attention: str
    flush_denormal: bool
    deterministic: bool
    libraries: dict[str, str]
    weights_digest: str
    scheduler_config: dict[str, Any]
    denoiser_calls: int
    safety_checker: str
    fitted_source_digest: str | None = None
    peak_memory_bytes: int | None = None
    notes: tuple[str, ...] = ()
    lock: LockMeasure | None = None

    @model_serializer(mode="wrap")
    def _without_lock(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        if written.get("lock") is None:
            written.pop("lock", None)
        return written


class Result(Frozen):
    """A picture by its digest, its size in pixels, and the circumstances."""

    picture_digest: str
    width: int
    height: int
    provenance: Provenance
    timings: Timings


class Run(Frozen):
    """One execution of a resolved spec. `replay_of` points to the run (or names the file) that it repeats."""

    id: str
    spec_hash: str
    resolved: ResolvedSpec
    state: RunState
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    result: Result | None = None
    failure: Failure | None = None
    replay_of: str | None = None
    verdict: Verdict | None = None

"""The resolved spec: nothing left open. *Intent* says what is made, *execution* how, *origin* where things were found.

Only the intent is hashed: the same picture asked for twice has the same hash, on whatever machine it is made.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from packshot.spec.canonical import spec_hash
from packshot.spec.frozen import Frozen
from packshot.spec.lock import LockOrigin, LockPin
from packshot.spec.spec import Fit, Mode

INTENT_SCHEMA = "packshot.intent/1"

MIXED = "mixed"
"""A precision: bfloat16, and float32 in the denoiser calls where a scheduler amplifies rounding."""


HIGH, BALANCED, LOW = "high", "balanced", "low"
"""Memory modes: everything at once and fastest; less at a time; as little as the means allow."""

SDPA, SLICED = "sdpa", "sliced"
"""Ways to compute attention: torch's scaled dot product, or a few heads at a time."""

TORCH_DECODER, OPENVINO_DECODER = "torch", "openvino"
"""What turns latents into pixels: diffusers' own, or the same in OpenVINO and bfloat16 (`resolve/decoder.py`)."""

REMOTE_DEVICE = "remote"
"""A device that is none of ours: a server's, of which nothing else is known."""

UNTOLD = "not told"
"""What stands for a circumstance that a server keeps to itself."""


class ModelPin(Frozen):
    """Which weights: a digest over every file that computing reads, wherever they were found."""

    family: str
    digest: str


class SchedulerPin(Frozen):
    """Which scheduler: the name people use, diffusers' class, and its configuration.

    The configuration is the model's own with the name's changes; arrays longer than 16 stand as their digest, since
    the model pin holds them.
    """

    name: str
    class_name: str
    config: dict[str, Any]


class SourcePin(Frozen):
    """Which source picture: digest of its decoded pixels (upright, sRGB, flattened), and its size in pixels."""

    digest: str
    width: int
    height: int


class LoraPin(Frozen):
    """Which LoRA: digest (`sha256:`) of the file's bytes, and the weight that it is added with."""

    digest: str
    weight: float


class LoraOrigin(Frozen):
    """A LoRA's file name without its folders, and SHA-256 (hex) of what follows its header.

    Other tools know a LoRA by the latter: a header may be written anew without any change to the weights.
    """

    name: str
    tensors_digest: str


class _WithAdded(Frozen):
    """`loras` and `lock` are written only where there are any: without, JSON and hash are those from before them."""

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        for name in ("loras", "lock"):
            if not written.get(name):
                written.pop(name, None)
        return written


class Intent(_WithAdded):
    """What is made. Its canonical JSON is the identity of the work. `loras` are sorted by digest: they add up."""

    schema_: str = Field(default=INTENT_SCHEMA, alias="schema")
    mode: Mode
    prompt: str
    negative_prompt: str
    model: ModelPin
    scheduler: SchedulerPin
    steps: int
    steps_taken: int
    guidance: float
    seed: int
    width: int
    height: int
    source: SourcePin | None = None
    strength: float | None = None
    fit: Fit | None = None
    runtime: str | None = None
    precision: str | None = None
    truncated: bool = False
    loras: tuple[LoraPin, ...] = ()
    lock: LockPin | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON value that is hashed and stored."""
        return self.model_dump(mode="json", by_alias=True)

    @property
    def hash(self) -> str:
        """`ps1:<sha256>` of the canonical JSON."""
        return spec_hash(self.as_json())


class Execution(Frozen):
    """How it is made. A replay restores all of it.

    `rows` is the number of rows of each denoiser call, fixed from a run's first step to its last. With `slots` 1 it is
    two with classifier-free guidance and one without, as in diffusers; several slots have two rows each where guided
    runs may share the call, else one. `memory` is the memory mode: high in records from before there were any;
    `decoder` what decodes: torch in records from before there was another.
    """

    device: str
    precision: str
    runtime: str
    slots: int = Field(ge=1)
    rows: int = Field(ge=1)
    threads: int
    attention: str = SDPA
    flush_denormal: bool = True
    deterministic: bool = True
    memory: str = HIGH
    decoder: str = TORCH_DECODER


class Origin(_WithAdded):
    """What was written and where it was found: for people and for finding it again, never part of the identity.

    `model_commit` is the hub's, where there is one. The asked sizes are None where the model's own was taken. `loras`
    stand in the order of the intent's.
    """

    model: str
    model_commit: str | None = None
    source: str | None = None
    asked_width: int | None = None
    asked_height: int | None = None
    notes: tuple[str, ...] = ()
    loras: tuple[LoraOrigin, ...] = ()
    lock: LockOrigin | None = None


class ResolvedSpec(Frozen):
    """A spec with nothing left open."""

    intent: Intent
    execution: Execution
    origin: Origin

    @property
    def hash(self) -> str:
        """The intent's hash: two resolved specs with the same hash ask for the same picture."""
        return self.intent.hash

    def with_execution(self, **changes: Any) -> Self:
        """The same intent, executed otherwise."""
        return self.model_copy(update={"execution": self.execution.model_copy(update=changes)})

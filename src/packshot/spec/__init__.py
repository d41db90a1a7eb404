"""What to make: frozen values, canonical JSON, the spec hash. Imports neither torch nor Pillow."""

from packshot.spec import defaults
from packshot.spec.canonical import canonical_json, sha256_of, spec_hash
from packshot.spec.frozen import Frozen
from packshot.spec.lock import LOCK_ALGORITHM, Background, Lock, LockOrigin, LockPin, Placement, Rectangle, Shadow
from packshot.spec.lora import LORA_DIGEST, Lora, split_weight
from packshot.spec.resolved import (
    BALANCED,
    HIGH,
    LOW,
    MIXED,
    REMOTE_DEVICE,
    SDPA,
    SLICED,
    UNTOLD,
    Execution,
    Intent,
    LoraOrigin,
    LoraPin,
    ModelPin,
    Origin,
    ResolvedSpec,
    SchedulerPin,
    SourcePin,
)
from packshot.spec.spec import Choices, Fit, Mode, Spec

__all__ = [
    "BALANCED",
    "HIGH",
    "LOCK_ALGORITHM",
    "LORA_DIGEST",
    "LOW",
    "MIXED",
    "REMOTE_DEVICE",
    "SDPA",
    "SLICED",
    "UNTOLD",
    "Background",
    "Choices",
    "Execution",
    "Fit",
    "Frozen",
    "Intent",
    "Lock",
    "LockOrigin",
    "LockPin",
    "Lora",
    "LoraOrigin",
    "LoraPin",
    "Mode",
    "ModelPin",
    "Origin",
    "Placement",
    "Rectangle",
    "ResolvedSpec",
    "SchedulerPin",
    "Shadow",
    "SourcePin",
    "Spec",
    "canonical_json",
    "defaults",
    "sha256_of",
    "spec_hash",
    "split_weight",
]

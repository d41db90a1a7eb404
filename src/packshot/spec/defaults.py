"""Every default and every limit of a spec, declared once.

Knows nothing about models: a default that depends on the model (its native size) is left open here.
"""

from __future__ import annotations

from typing import Final

MODEL: Final = "studio-tiny"
SCHEDULER: Final = "EulerA"
STEPS: Final = 30
GUIDANCE: Final = 7.5
SEED: Final = 42
STRENGTH: Final = 0.6
NEGATIVE_PROMPT: Final = ""
FIT: Final = "pad"
SLOTS: Final = 1
LORA_WEIGHT: Final = 1.0

STEPS_MIN: Final = 1
STEPS_MAX: Final = 150
GUIDANCE_MAX: Final = 50.0
SEED_MAX: Final = 2**63 - 1
SIDE_MIN_PX: Final = 64
SIDE_MAX_PX: Final = 4096
PROMPT_MAX_CHARS: Final = 2000
LORA_WEIGHT_MAX: Final = 4.0
"""Also below zero: a negative weight takes away what the LoRA was trained for."""

LORAS_MAX: Final = 8

LOCK_STRENGTH: Final = 0.6
"""Of a scene around a locked product. Above it studio-tiny begins to paint a second product around the first one."""

LOCK_STRENGTH_INPAINTING: Final = 1.0
"""The same of a model that was trained for inpainting: it begins at noise alone, as in its training."""

LOCK_EROSION_PX: Final = 2
"""Of the result: within this of a locked product's edge its pixels may be mixed with what stands around it."""

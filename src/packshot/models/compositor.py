"""What stands where a model would, for pictures that need none: a product on white. Its pin is its algorithm."""

from __future__ import annotations

from typing import Final

from packshot.models.description import ModelDescription
from packshot.models.families import COMPOSITOR
from packshot.models.recipes import Recipe
from packshot.spec import LOCK_ALGORITHM, ModelPin, sha256_of

SIDE_PX: Final = 1024
"""What is said of its native side: it takes any."""


def compositor_pin() -> ModelPin:
    """The compositor of this version: another algorithm is another model."""
    return ModelPin(family=COMPOSITOR.name, digest="sha256:" + sha256_of({"algorithm": LOCK_ALGORITHM}))


def compositor_description() -> ModelDescription:
    """It reads no words, draws no noise, and makes pictures of every size."""
    return ModelDescription(
        family=COMPOSITOR.name,
        side_px=SIDE_PX,
        multiple_px=1,
        prediction="none",
        scheduler_class="none",
        scheduler_config={},
        tokenizers=(),
        safety_checker=False,
        guidance_embedded=False,
        recipe=Recipe(1, 0.0),
        text_to_image=False,
    )

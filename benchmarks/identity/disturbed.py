"""What happens to a picture without making another product of it: noise, compression, another lamp, a soft decoder."""

from __future__ import annotations

import io
import random
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.evidence.softened import through
from packshot.result import Pixels
from training.render.swap import relit

DISTURBANCES: Final = ("nothing", "noise", "JPEG", "light", "soft", "light and soft")
NOT_OF_LETTERS: Final = frozenset({"soft", "light and soft"})
"""A decoder that cannot keep letters makes another label of them: whether that is the same product is no render's
truth."""

NOISE: Final = (2.0, 6.0)
"""Grey levels."""
QUALITY: Final = (70, 92)


def disturbed(picture: Pixels, how: str, rng: random.Random) -> Pixels:
    """The picture (H, W, 3) with one of `DISTURBANCES`."""
    if how.startswith("light"):
        picture, _name = relit(picture, rng)
    if how.endswith("soft"):
        return through(picture)
    if how == "noise":
        noise = np.random.default_rng(rng.randrange(2**32)).normal(0.0, rng.uniform(*NOISE), picture.shape)
        return np.clip(picture + noise + 0.5, 0.0, 255.0).astype(np.uint8)
    if how == "JPEG":
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=rng.randint(*QUALITY))
        return np.asarray(Image.open(file).convert("RGB"))
    return picture

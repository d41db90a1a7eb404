"""Real photos as an extra source of texture for the autoencoder. Knows nothing about what they show."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps


def load(folder: Path | None, longest_px: int = 360) -> list[NDArray[np.uint8]]:
    """All JPEG and PNG pictures below `folder` as (H, W, 3) sRGB, or none without a folder."""
    if folder is None:
        return []
    pictures = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".jpg", ".jpeg", ".png"}):
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((longest_px, longest_px))
            if min(upright.size) >= 256:
                pictures.append(np.asarray(upright))
    return pictures

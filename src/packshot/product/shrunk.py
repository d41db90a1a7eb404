"""Pictures made smaller in linear light, where the mean of several pixels is what an eye sees from further away."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from packshot.product.lab import Colours, linear_from_srgb
from packshot.result import Pixels

ROWS: Final = 16
"""Of the result: so many are made at once."""
_LINEAR: Final = linear_from_srgb(np.arange(256, dtype=np.uint8))


def shrunk(linear: Colours, factor: int) -> Colours:
    """Means of blocks of `factor` × `factor` pixels of (H, W, 3); the last ones are filled with the edge."""
    if factor == 1:
        return linear
    height, width = linear.shape[:2]
    padded = np.pad(linear, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor, padded.shape[2])
    return np.asarray(blocks.mean(axis=(1, 3)))


def shrunk_light(pixels: Pixels, factor: int) -> Colours:
    """The same of the light of sRGB bytes, without ever holding all of it: a tenth of the time."""
    height, width = pixels.shape[:2]
    size = (-(-height // factor), -(-width // factor))
    padded = cv2.copyMakeBorder(pixels, 0, -height % factor, 0, -width % factor, cv2.BORDER_REPLICATE)
    light = np.empty((*size, 3))
    for top in range(0, size[0], ROWS):
        part = light[top : top + ROWS]
        strip = cv2.LUT(padded[top * factor : (top + len(part)) * factor], _LINEAR)
        part[:] = cv2.resize(strip, part.shape[1::-1], interpolation=cv2.INTER_AREA)
    return light

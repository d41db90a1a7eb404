"""Pictures made smaller in linear light, where the mean of several pixels is what an eye sees from further away."""

from __future__ import annotations

import numpy as np

from packshot.product.lab import Colours, linear_from_srgb
from packshot.result import Pixels


def shrunk(linear: Colours, factor: int) -> Colours:
    """Means of blocks of `factor` × `factor` pixels of (H, W, 3); the last ones are filled with the edge."""
    if factor == 1:
        return linear
    height, width = linear.shape[:2]
    padded = np.pad(linear, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor, padded.shape[2])
    return np.asarray(blocks.mean(axis=(1, 3)))


def shrunk_light(pixels: Pixels, factor: int) -> Colours:
    """The same of the light of sRGB bytes, without ever holding all of it: a third of the time."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge")
    total = linear_from_srgb(padded[::factor, ::factor])
    for place in range(1, factor * factor):
        total += linear_from_srgb(padded[place // factor :: factor, place % factor :: factor])
    return np.asarray(total / (factor * factor))

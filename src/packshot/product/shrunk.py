"""Pictures made smaller in linear light, where the mean of several pixels is what an eye sees from further away."""

from __future__ import annotations

import numpy as np

from packshot.product.lab import Colours


def shrunk(linear: Colours, factor: int) -> Colours:
    """Means of blocks of `factor` × `factor` pixels of (H, W, 3); the last ones are filled with the edge."""
    if factor == 1:
        return linear
    height, width = linear.shape[:2]
    padded = np.pad(linear, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor, padded.shape[2])
    return np.asarray(blocks.mean(axis=(1, 3)))

"""A picture as the record knows it: pixels and their digest. Knows nothing about files."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(H, W, 3), sRGB, 0 to 255."""


def picture_digest(pixels: Pixels) -> str:
    """SHA-256 (hex) of shape and pixels: of `"HxWxC:"` followed by the bytes in row order.

    Equal digests mean equal pixels; compression, chunks and file names do not matter.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3:
        raise ValueError(f"expected pixels of shape (H, W, C) in uint8, got {pixels.shape} in {pixels.dtype}")
    height, width, channels = pixels.shape
    digest = hashlib.sha256(f"{height}x{width}x{channels}:".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def psnr_db(one: Pixels, other: Pixels) -> float:
    """Peak signal-to-noise ratio in decibels; infinity for equal pixels. Raises ValueError on unequal shapes."""
    if one.shape != other.shape:
        raise ValueError(f"expected equal shapes, got {one.shape} and {other.shape}")
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(255.0**2 / error))

"""Pictures with known truth: a shape on a ground, with or without shadow, fall-off, noise and soft edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from packshot.result import Pixels

Colour = tuple[int, int, int]
Mask = NDArray[np.bool_]

GROUNDS: dict[str, Colour] = {
    "white": (255, 255, 255),
    "grey": (143, 145, 148),
    "black": (13, 13, 14),
    "yellow": (250, 212, 64),
    "red": (199, 33, 33),
    "blue": (84, 143, 219),
}


def disc(size: int = 256, centre: tuple[float, float] = (0.5, 0.5), radius: float = 0.3) -> Mask:
    """(size, size); centre is x, y in frame sides."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size
    return np.asarray((x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2)


def draw(
    mask: Mask,
    ground: Colour,
    product: Colour,
    *,
    shadow: float = 0.0,
    falloff: float = 0.0,
    noise: float = 0.0,
    blur: float = 0.0,
) -> Pixels:
    """A picture (H, W, 3). `shadow` and `falloff`: share of linear light taken; `noise`, `blur`: sigma in 8 bit, px."""
    height, width = mask.shape
    y, x = np.mgrid[:height, :width] / height
    light = 1.0 - falloff * ((x - 0.5) ** 2 + (y - 0.3) ** 2)
    if shadow:
        shifted = np.roll(mask, (height // 25, width // 16), axis=(0, 1)).astype(float)
        light = light * (1.0 - shadow * ndimage.gaussian_filter(shifted, height / 28))
    linear = (np.array(ground) / 255.0) ** 2.2 * light[..., None]
    linear[mask] = (np.array(product) / 255.0) ** 2.2
    if blur:
        linear = ndimage.gaussian_filter(linear, (blur, blur, 0))
    encoded = 255.0 * np.clip(linear, 0.0, 1.0) ** (1 / 2.2)
    encoded += np.random.default_rng(0).normal(0.0, noise, encoded.shape) if noise else 0.0
    return np.clip(encoded + 0.5, 0, 255).astype(np.uint8)


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())

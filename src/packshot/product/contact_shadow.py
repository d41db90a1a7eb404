"""The soft shadow of a product where it touches its ground, drawn from its mask alone.

Each part of the product stands on its lowest pixels. Two layers lie there: a narrow dark one where it touches, and a
wide faint one around. What hangs above the ground (a handle, the seat of a chair) casts less the higher it is. The
direction of light is not known, so the shadow falls to no side. A part that the frame cuts off below casts none: it
touches nothing in the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.cutout import HALF, Alpha
from packshot.product.placing import PlacedProduct

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Layer:
    """`strength` is the share of light it takes at most; lengths are shares of the part's longer side."""

    strength: float
    above: float
    below: float
    blur_x: float
    blur_y: float


LAYERS: Final = (
    _Layer(strength=0.75, above=0.020, below=0.014, blur_x=0.014, blur_y=0.011),
    _Layer(strength=0.52, above=0.070, below=0.045, blur_x=0.070, blur_y=0.038),
)
NEAR: Final = 0.12
"""Of a part's width: how far around a column the lowest point is looked for that it may stand on."""
LIFT, LIFT_OF_ALL = 0.03, 0.16
"""Of a part's height: how high above that point, and above the lowest of all, a column casts a third."""
LEAST_PART: Final = 0.01
"""Of the product's pixels: smaller pieces cast no shadow of their own."""
ROUNDS: Final = 3
"""Box filters in a row, nearly a Gaussian; outside their reach the shadow is exactly nothing."""


def contact_shadow(product: PlacedProduct) -> Alpha:
    """(H, W) how much of 255 the shadow takes of the light of each pixel of the result."""
    width, height = product.size
    left_light = np.ones((height, width), dtype=np.float32)
    mask = (product.alpha >= HALF).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    least = LEAST_PART * int(mask.sum())
    for number in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[number])
        if area < least:
            continue
        part = labels[y : y + high, x : x + wide] == number
        _shade(left_light, part, product.left + x, product.top + y)
    return np.asarray(np.rint((1.0 - left_light) * 255.0), dtype=np.uint8)


def _shade(left_light: Plane, part: NDArray[np.bool_], left: int, top: int) -> None:
    """Multiply what is left of the light by what one part's shadow leaves; `part` (h, w) begins at `left`, `top`."""
    high, wide = part.shape
    height, width = left_light.shape
    side = max(high, wide)
    base = high - 1 - np.argmax(part[::-1], axis=0)  # the lowest pixel of each column
    there = part.any(axis=0) & (top + base < height - 1)
    if not there.any():
        return
    weight = _standing(base, there, high, wide)
    for layer in LAYERS:
        radius = [_radius(share * side) for share in (layer.blur_x, layer.blur_y)]
        reach_x, reach_y = (ROUNDS * each + 1 for each in radius)
        above, below = max(1, round(layer.above * side)), max(0, round(layer.below * side))
        first = int(base[there].min()) - above - reach_y
        last = int(base[there].max()) + below + reach_y + 1
        rows = np.arange(first, last)[:, None]
        strip = np.zeros((last - first, wide + 2 * reach_x), np.float32)
        dark = (rows > base - above) & (rows <= base + below) & there
        np.copyto(strip[:, reach_x : reach_x + wide], weight, where=dark)
        for _ in range(ROUNDS):
            strip = cv2.blur(strip, (2 * radius[0] + 1, 2 * radius[1] + 1), borderType=cv2.BORDER_CONSTANT)
        y, x = top + first, left - reach_x
        rows_in = slice(max(0, y), min(height, y + strip.shape[0]))
        columns_in = slice(max(0, x), min(width, x + strip.shape[1]))
        seen = strip[rows_in.start - y : rows_in.stop - y, columns_in.start - x : columns_in.stop - x]
        left_light[rows_in, columns_in] *= 1.0 - np.float32(layer.strength) * np.clip(seen, 0.0, 1.0)


def _standing(base: NDArray[np.intp], there: NDArray[np.bool_], high: int, wide: int) -> Plane:
    """(w,) 0..1: how near each column is to standing on the ground."""
    lowest = np.where(there, base, 0).astype(np.float32)
    window = np.ones((1, 2 * max(1, round(NEAR * wide)) + 1), np.uint8)
    nearby = cv2.dilate(lowest[None], window)[0]
    lift, lift_of_all = (nearby - base) / high, (lowest.max() - base) / high
    falling = np.exp(-np.square(lift / LIFT) - np.square(lift_of_all / LIFT_OF_ALL))
    return np.asarray(falling * there, dtype=np.float32)


def _radius(sigma: float) -> int:
    """Of `ROUNDS` box filters that blur as much as a Gaussian of `sigma` pixels."""
    return max(1, round((math.sqrt(12.0 * sigma * sigma / ROUNDS + 1.0) - 1.0) / 2.0))

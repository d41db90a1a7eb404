"""The product's own colour where the photo shows it mixed with its old ground: else that ground glows on a new one.

A pixel at the edge is `α·F + (1 − α)·B` in linear light. F and B are first taken from what is wholly product, and
wholly ground, nearby; then F takes its share of what is left over (Forte: Approximate Fast Foreground Colour
Estimation, ICIP 2021, Eq. 5-7). Pixels that the product covers wholly stay as they are.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.cutout import Alpha
from packshot.product.light_bytes import BYTE, FULL, LIGHT
from packshot.result import Pixels

REACH_PX: Final = 6
"""How far the inside and the ground are looked for: more than a soft edge is wide."""
FAINT: Final = 0.01
"""Weight of mixed pixels for the inside's colour: it counts where nothing is wholly covered nearby, as in a strap."""

_LIGHT: Final = (LIGHT / FULL).astype(np.float32)


def clean_edge(pixels: Pixels, alpha: Alpha, *, beyond: bool = False) -> Pixels:
    """The product's colour for a photo (H, W, 3) and its alpha (H, W).

    With `beyond` also just outside the product, where scaling would else draw the old ground in.
    """
    whole = alpha == 255
    at = ~whole if beyond else ~whole & (alpha > 0)
    if not at.any():
        return pixels
    light = np.asarray(cv2.LUT(np.ascontiguousarray(pixels), _LIGHT), dtype=np.float32)
    share = alpha.astype(np.float32) / np.float32(255.0)
    places = np.nonzero(at)
    inside, told = _nearby(light, np.where(whole, np.float32(1.0), FAINT * share), places)
    ground, bare = _nearby(light, np.where(alpha == 0, np.float32(1.0), FAINT * (1.0 - share)), places)
    own, covered = light[at], share[at][:, None]
    ground = np.where(bare[:, None], ground, inside)
    colour = inside + covered * (own - covered * inside - (1.0 - covered) * ground)
    colour = np.where(told[:, None], np.clip(colour, 0.0, 1.0), own)
    cleaned = pixels.copy()
    cleaned[at] = BYTE[np.rint(colour * FULL).astype(np.int64)]
    return cleaned


def _nearby(
    light: NDArray[np.float32], weight: NDArray[np.float32], places: tuple[NDArray[np.intp], ...]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(N, 3) weighted mean light around each place, and (N,) whether anything was there to be looked at.

    Such means vary slowly: they are taken of a picture half as large.
    """
    size = (-(-weight.shape[1] // 2), -(-weight.shape[0] // 2))
    window = (REACH_PX + 1, REACH_PX + 1)
    at = tuple(place // 2 for place in places)
    sums, total = (
        cv2.blur(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), window, borderType=cv2.BORDER_REPLICATE)[at]
        for plane in (cv2.multiply(light, cv2.merge([weight] * 3)), weight)
    )
    return np.asarray(sums / np.maximum(total, np.float32(1e-9))[:, None], dtype=np.float32), total > 1e-6

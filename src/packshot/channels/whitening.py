"""Makes the ground of a picture exactly white. Inside the product no pixel changes; its shadow goes.

A rule that asks for exact white leaves no room for a shadow, however soft, so none is kept. At the product's edge a
pixel is a mixture, in linear light, of product and ground (Porter, Duff: Compositing Digital Images, 1984, "over"):
the old ground's share is taken out and white put in, so that no rim of the old ground stays.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product import Alpha, Cutout, linear_from_srgb
from packshot.result import Pixels

FAINT: Final = 8
"""Of 255: less than this of the product in a pixel is the ground's grain."""
GROUND_WINDOW_PX: Final = 15
"""The old ground at an edge pixel is the mean of the bare ground within this; wider where there is none so near."""

_LINEAR = linear_from_srgb(np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)[None]).astype(np.float32)


def whitened(pixels: Pixels, cutout: Cutout, edge_px: int) -> Pixels:
    """A picture (H, W, 3) with 255, 255, 255 wherever its product is not. New pixels, the given ones stay.

    Soft coverage further than `edge_px` from the mask is no edge (the shadow of a cut-out, a veil): it goes too.
    """
    alpha = edge_alpha(cutout, edge_px)
    result = np.full_like(pixels, 255)
    whole = alpha == 255
    result[whole] = pixels[whole]
    y, x = np.nonzero((alpha > 0) & ~whole)
    if y.size:
        light = np.asarray(cv2.LUT(np.ascontiguousarray(pixels), _LINEAR), dtype=np.float32)
        ground = _ground_at(light, alpha == 0, y, x)
        share = alpha[y, x, None].astype(np.float32) / 255.0
        result[y, x] = _encoded(light[y, x] + (1.0 - share) * (1.0 - ground))
    return result


def edge_alpha(cutout: Cutout, edge_px: int) -> Alpha:
    """The cutout's alpha (H, W), and nothing that is faint or further than `edge_px` from its mask."""
    distance = cv2.distanceTransform((~cutout.mask).astype(np.uint8), cv2.DIST_L2, 5)
    return np.where((distance <= edge_px) & (cutout.alpha >= FAINT), cutout.alpha, np.uint8(0))


def _ground_at(
    light: NDArray[np.float32], bare: NDArray[np.bool_], y: NDArray[np.intp], x: NDArray[np.intp]
) -> NDArray[np.float32]:
    """(N, 3) linear light of the ground about each place."""
    weight = bare.astype(np.float32)
    found = np.ones((y.size, 3), dtype=np.float32)
    missing = np.ones(y.size, dtype=np.bool_)
    window = GROUND_WINDOW_PX
    while missing.any() and window < 2 * max(light.shape[:2]):
        size = (window, window)
        total = cv2.blur(weight, size, borderType=cv2.BORDER_CONSTANT)[y, x]
        sums = cv2.blur(light * weight[..., None], size, borderType=cv2.BORDER_CONSTANT)[y, x]
        known = missing & (total > 0.5 / window**2)
        found[known] = sums[known] / total[known, None]
        missing &= ~known
        window = 4 * window + 1
    return found


def _encoded(light: NDArray[np.float32]) -> Pixels:
    """sRGB bytes of linear light (IEC 61966-2-1:1999)."""
    clipped = np.clip(light, 0.0, 1.0)
    encoded = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)
    return np.asarray(255.0 * encoded + 0.5, dtype=np.uint8)

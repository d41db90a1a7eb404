"""Puts a product's pixels over a ground, and measures that they are what they were.

Where the product covers a pixel wholly it is the product's, byte for byte. Elsewhere light is mixed by the recorded
alpha, in whole numbers (`light_bytes`): product over shadow over ground.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from packshot.product.cutout import Alpha
from packshot.product.light_bytes import BYTE, mixed, shaded
from packshot.product.placing import PlacedProduct
from packshot.result import LockMeasure, Pixels

_SHADED_WHITE: Final = BYTE[shaded(np.full((256, 1), 255, np.uint8), np.arange(256, dtype=np.uint8))[:, 0]]
"""(256,): the byte that a shadow leaves of white."""


def put_back(ground: Pixels, product: PlacedProduct, shadow: Alpha | None = None) -> Pixels:
    """The product over a ground (H, W, 3) of the result's size. `shadow` (H, W): how much of 255 it takes of the light.

    The ground is left as it is where there is neither product nor shadow.
    """
    result = ground.copy()
    if shadow is not None:
        cast = shadow > 0
        cast[product.window] &= product.alpha < 255
        result[cast] = BYTE[shaded(ground[cast], shadow[cast])]
    _cover(result, ground[product.window], product, shadow)
    return result


def on_white(product: PlacedProduct, shadow: Alpha | None = None) -> Pixels:
    """The product on pure white: exactly 255 where there is neither product nor shadow. (H, W, 3)."""
    width, height = product.size
    white: Pixels = np.full((height, width, 3), 255, np.uint8)
    result = white.copy()
    if shadow is not None:
        result = np.asarray(cv2.merge([cv2.LUT(shadow, _SHADED_WHITE)] * 3), dtype=np.uint8)
    _cover(result, white[product.window], product, shadow)
    return result


def on_colour(product: PlacedProduct, colour: tuple[int, int, int]) -> Pixels:
    """The product on one colour, without a shadow: what a scene begins with. (H, W, 3)."""
    width, height = product.size
    return put_back(np.full((height, width, 3), colour, np.uint8), product)


def _cover(result: Pixels, ground: Pixels, product: PlacedProduct, shadow: Alpha | None) -> None:
    """Draw the product into a result (H, W, 3) that has its shadow; `ground` (h, w, 3) is that of its window, bare."""
    part, alpha = result[product.window], product.alpha
    soft = np.nonzero((alpha > 0) & (alpha < 255))
    dark = np.zeros(soft[0].size, np.uint8) if shadow is None else shadow[product.window][soft]
    part[soft] = mixed(product.colour[soft], shaded(ground[soft], dark), alpha[soft])
    cv2.copyTo(product.colour, (alpha == 255).view(np.uint8), part)


def deviation_of(result: Pixels, product: PlacedProduct) -> LockMeasure:
    """How far a result (H, W, 3) is from the transformed photo: inside the eroded mask, and at the product's edge."""
    found = result[product.window]
    if found.shape != product.photo.shape:
        raise ValueError(f"expected a result of {product.size[0]}×{product.size[1]}, got {result.shape}")
    edge = (product.alpha > 0) & ~product.core
    apart = cv2.absdiff(np.ascontiguousarray(found), product.photo)
    away = np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2])
    return LockMeasure(
        core_pixels=int(np.count_nonzero(product.core)),
        core_difference=int(away[product.core].max(initial=0)),
        edge_pixels=int(np.count_nonzero(edge)),
        edge_difference=int(away[edge].max(initial=0)),
    )

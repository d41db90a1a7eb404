"""Puts a product's pixels over a ground, and measures that they are what they were.

Where the product covers a pixel wholly it is the product's, byte for byte. Elsewhere light is mixed by the recorded
alpha, in whole numbers (`light_bytes`): product over shadow over ground.
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot.product.cutout import Alpha
from packshot.product.light_bytes import BYTE, mixed, shaded
from packshot.product.placing import PlacedProduct
from packshot.result import LockMeasure, Pixels


def put_back(ground: Pixels, product: PlacedProduct, shadow: Alpha | None = None) -> Pixels:
    """The product over a ground (H, W, 3) of the result's size. `shadow` (H, W): how much of 255 it takes of the light.

    The ground is left as it is where there is neither product nor shadow.
    """
    result = ground.copy()
    part, alpha = result[product.window], product.alpha
    whole = alpha == 255
    soft = (alpha > 0) & ~whole
    dark = np.zeros(int(soft.sum()), np.uint8)
    if shadow is not None:
        cast = shadow > 0
        cast[product.window] &= ~whole
        result[cast] = BYTE[shaded(ground[cast], shadow[cast])]
        dark = shadow[product.window][soft]
    behind = shaded(ground[product.window][soft], dark)
    part[soft] = mixed(product.colour[soft], behind, alpha[soft])
    np.copyto(part, product.colour, where=whole[..., None])
    return result


def on_white(product: PlacedProduct, shadow: Alpha | None = None) -> Pixels:
    """The product on pure white: exactly 255 where there is neither product nor shadow. (H, W, 3)."""
    width, height = product.size
    return put_back(np.full((height, width, 3), 255, np.uint8), product, shadow)


def on_colour(product: PlacedProduct, colour: tuple[int, int, int]) -> Pixels:
    """The product on one colour, without a shadow: what a scene begins with. (H, W, 3)."""
    width, height = product.size
    return put_back(np.full((height, width, 3), colour, np.uint8), product)


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

"""Puts a product's pixels over a ground, and measures that they are what they were.

Where the product covers a pixel wholly it is the product's, byte for byte. Elsewhere light is mixed by the recorded
alpha, in whole numbers (`light_bytes`): product over shadow over ground.
"""

from __future__ import annotations

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
    alpha = product.alpha
    part = result[product.window]
    dark = None if shadow is None else shadow[product.window]
    if shadow is not None:
        _darken(result, shadow)
    soft = (alpha > 0) & (alpha < 255)
    under = ground[product.window][soft]
    behind = shaded(under, np.zeros(len(under), np.uint8) if dark is None else dark[soft])
    part[soft] = mixed(product.colour[soft], behind, alpha[soft])
    whole = alpha == 255
    part[whole] = product.colour[whole]
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
    away = np.abs(found.astype(np.int16) - product.photo).max(axis=2)
    return LockMeasure(
        core_pixels=int(np.count_nonzero(product.core)),
        core_difference=int(away[product.core].max(initial=0)),
        edge_pixels=int(np.count_nonzero(edge)),
        edge_difference=int(away[edge].max(initial=0)),
    )


def _darken(picture: Pixels, shadow: Alpha) -> None:
    """Take the shadow's share of the light, in place."""
    there = shadow > 0
    picture[there] = BYTE[shaded(picture[there], shadow[there])]

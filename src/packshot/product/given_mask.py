"""Masks that people bring: a grey picture, or one whose alpha channel is the mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packshot.errors import SourceError
from packshot.product.cutout import HALF, Alpha

MEANING = "white where the product is, black elsewhere; or the same as an alpha channel"


def given_alpha(given: NDArray[np.uint8], size: tuple[int, int]) -> Alpha:
    """The alpha (H, W) of a mask (H, W) or (H, W, 1 to 4) for a picture of `size` (H, W). Raises SourceError.

    A fourth (or second) channel that is not opaque everywhere is the mask; else the mean of the colours is.
    """
    if given.dtype != np.uint8 or given.ndim not in (2, 3):
        raise SourceError("source.mask", "the mask is no picture", expected=MEANING, got=f"{given.dtype} {given.shape}")
    if given.shape[:2] != size:
        raise SourceError(
            "source.mask",
            "the mask has another size than its picture",
            expected=f"{size[1]}×{size[0]} px",
            got=f"{given.shape[1]}×{given.shape[0]} px",
            hint="export the mask at the picture's own size",
        )
    alpha = _plane(given)
    if not (alpha >= HALF).any() or alpha.min() == 255:
        nothing = "no pixel" if alpha.max() < HALF else "every pixel"
        raise SourceError(
            "source.mask",
            "the mask separates nothing",
            expected=MEANING,
            got=f"{nothing} is product",
            hint="is it inverted, or an opaque picture?",
        )
    return alpha


def telling_alpha(alpha: NDArray[np.uint8] | None) -> Alpha | None:
    """The alpha channel of a photo where it lifts a product off: where it is neither opaque nor empty."""
    if alpha is None or not (alpha >= HALF).any() or not (alpha < HALF).any():
        return None
    return np.array(alpha)


def _plane(given: NDArray[np.uint8]) -> Alpha:
    if given.ndim == 2:
        return given.copy()
    if given.shape[2] in (2, 4):
        if given[..., -1].min() < 255:
            return given[..., -1].copy()
        given = given[..., :-1]
    return np.asarray(given.mean(axis=2) + 0.5, dtype=np.uint8)

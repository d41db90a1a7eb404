"""A mask as people look at it: over its photo, and the product alone. Made for the eye, never kept or measured."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.cutout import HALF, Alpha
from packshot.product.edge_colour import clean_edge
from packshot.product.mask import mask_box
from packshot.result import Pixels

TINT: Final = (104, 62, 190)
TINTED: Final = 0.62
"""Of what is ground: a violet that no product is likely to have, through which the ground can still be told."""
OUTLINE: Final = (((20, 20, 20), 4), ((255, 255, 255), 2))
"""Colours and widths of the line, the dark one below: one of both is seen on any picture."""


def over_photo(photo: Pixels, alpha: Alpha, side_px: int) -> Pixels:
    """The photo (H, W, 3), at most `side_px` a side, its ground tinted by the alpha (H, W), the outline drawn."""
    small, share = _small(photo, side_px), _small(alpha, side_px)
    part = share.astype(np.float32)[..., None] / 255.0
    tinted = small * (1.0 - TINTED) + np.asarray(TINT, dtype=np.float32) * TINTED
    shown = np.ascontiguousarray(np.rint(small * part + tinted * (1.0 - part)).astype(np.uint8))
    edges, _ = cv2.findContours((share >= HALF).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for colour, width in OUTLINE:
        cv2.drawContours(shown, edges, -1, colour, width, cv2.LINE_AA)
    return shown


def lifted(photo: Pixels, alpha: Alpha, side_px: int) -> NDArray[np.uint8] | None:
    """The product alone, (h, w, 4) within its box, at most `side_px` a side; None where there is none."""
    box = mask_box(alpha >= HALF)
    if box is None:
        return None
    part = (slice(box[1], box[3]), slice(box[0], box[2]))
    small, share = _small(photo[part], side_px), _small(alpha[part], side_px)
    return np.dstack([clean_edge(np.ascontiguousarray(small), np.ascontiguousarray(share)), share])


def _small(plane: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    longer = max(plane.shape[:2])
    if longer <= side_px:
        return plane
    size = tuple(max(1, round(side * side_px / longer)) for side in plane.shape[1::-1])
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

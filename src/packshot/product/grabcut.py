"""The product on a ground that is not plain: GrabCut, seeded by what is salient and what the border shows.

It is run twice, from narrow seeds and from wide
ones: where both come to the same mask it is to be trusted more.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product.graph_cut import GROUND, PERHAPS_GROUND, PERHAPS_PRODUCT, graph_cut, lab_bytes, steps_of
from packshot.product.mask import Mask
from packshot.product.plain_ground import border_ring
from packshot.product.saliency import saliency
from packshot.result import Pixels

WORKING_SIDE_PX = 400
NARROW, WIDE = 0.62, 0.35
"""Saliency from which a pixel is thought to be product."""
SURELY_GROUND = 0.12
"""Saliency below which the border's pixels are ground for certain."""
LEAST_PART = 0.15
"""Of the largest part: smaller parts are no product."""


@dataclass(frozen=True, slots=True)
class GrabbedMask:
    """`mask` (H, W) at full size; the rest tells how far to trust it, all 0..1.

    `stable`: overlap of the two runs. `seeded`: overlap with what was salient. `edged`: how strong the picture's
    edges along the outline are, against those elsewhere. `bordering`: share of the border that the product covers.
    """

    mask: Mask
    factor: float
    stable: float
    seeded: float
    edged: float
    bordering: float
    parts: int


def grabbed(pixels: Pixels, allowed: Mask | None = None) -> GrabbedMask:
    """The product of a picture (H, W, 3); outside `allowed` (H, W) nothing is product."""
    height, width = pixels.shape[:2]
    factor = max(1.0, max(height, width) / WORKING_SIDE_PX)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small: Pixels = np.ascontiguousarray(pixels)
    if factor > 1.0:
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    lab = lab_bytes(small)
    forbidden = np.zeros(small.shape[:2], dtype=np.bool_)
    if allowed is not None:
        forbidden = cv2.resize(allowed.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0
    salient = np.where(forbidden, 0.0, saliency(small))
    narrow = _cut(lab, salient, NARROW, forbidden)
    wide = _cut(lab, salient, WIDE, forbidden)
    mask, parts = _main_parts(narrow if narrow.any() else wide, salient)
    found = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
    return GrabbedMask(
        mask=np.asarray(found),
        factor=factor,
        stable=_overlap(mask, wide),
        seeded=_overlap(mask, salient > (NARROW + WIDE) / 2),
        edged=_edged(lab, mask),
        bordering=float(mask[border_ring(*mask.shape)].mean()),
        parts=parts,
    )


def _cut(lab: Pixels, salient: NDArray[np.float64], limit: float, forbidden: Mask) -> Mask:
    ring = border_ring(*salient.shape)
    seeds = np.where(salient >= limit, PERHAPS_PRODUCT, PERHAPS_GROUND).astype(np.uint8)
    seeds[(ring & (salient < SURELY_GROUND)) | forbidden] = GROUND
    return graph_cut(lab, seeds)


def _main_parts(mask: Mask, salient: NDArray[np.float64]) -> tuple[Mask, int]:
    """Holes filled, specks gone; parts in the order of the saliency that they hold."""
    opened = scipy.ndimage.binary_opening(mask)
    labels, count = scipy.ndimage.label(opened, structure=np.ones((3, 3)))
    if count == 0:
        return np.zeros_like(mask), 0
    held = np.bincount(labels.ravel(), np.square(salient).ravel(), minlength=count + 1)[1:]
    kept = 1 + np.flatnonzero(held >= LEAST_PART * held.max())
    filled = _without_small_holes(np.isin(labels, kept))
    return filled, int(kept.size)


def _without_small_holes(mask: Mask) -> Mask:
    labels, count = scipy.ndimage.label(~mask)
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    small = areas < 0.002 * mask.size
    small[0] = False
    return np.asarray(mask | small[labels])


def _overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _edged(lab: Pixels, mask: Mask) -> float:
    """Share of the outline where the picture steps more than it does at three of four places outside."""
    steps = steps_of(lab, 1.0)
    outline = mask & ~scipy.ndimage.binary_erosion(mask, border_value=1)
    if not outline.any() or mask.all():
        return 0.0
    near = scipy.ndimage.maximum_filter(steps, 3)
    return float((near[outline] > max(12.0, float(np.quantile(steps[~mask], 0.9)))).mean())

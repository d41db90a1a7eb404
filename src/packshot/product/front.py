"""The thing in front, where others stand behind it on the same plain ground: it is sharp, and they are not.

How blurred an edge is tells the ratio of its steps before and after one more blur (Zhuo, Sim: Defocus map estimation
from a single image, Pattern Recognition 2011, Eq. 5-7). Along one thing's outline it hardly varies.
"""

from __future__ import annotations

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product.graph_cut import (
    GROUND,
    PERHAPS_GROUND,
    PERHAPS_PRODUCT,
    PRODUCT,
    graph_cut,
    is_product,
    lab_bytes,
    steps_of,
)
from packshot.product.mask import Mask
from packshot.product.shape import eroded, filled, opened
from packshot.result import Pixels

FINE, COARSE = 0.7, 2.0
"""Sigmas in pixels of the two blurs."""
CLEAR_STEP = 30.0
"""Weaker edges say nothing about blur."""
SMOOTHED_PX = 13
SHARPEST, SHARPEST_SHARE = 0.5, 20
"""Pixels, and the percentile of the outline that counts as the sharp thing's."""
BLURRED, SURELY_SHARP = 1.5, 1.15
"""Times the sharp outline's blur."""
BEHIND = 0.37
"""Blurred share of the outline from which something stands behind: of renders with one thing 19 of 20 have less, of
cluttered ones all have more."""
LEAST_OUTLINE_PX = 20
LEAST_PART = 0.2


def front_of(pixels: Pixels, mask: Mask) -> Mask | None:
    """The part of `mask` (H, W) that stands in front in a picture (H, W, 3); None where it is all one thing.

    Made for 250 to 500 pixels a side.
    """
    lab = lab_bytes(pixels)
    strong, blur = _blur(lab)
    outline = mask & ~eroded(mask) & strong
    if outline.sum() < LEAST_OUTLINE_PX:
        return None
    size = (SMOOTHED_PX, SMOOTHED_PX)
    weight = cv2.blur(outline.astype(np.float32), size)
    along = cv2.blur(np.where(outline, blur, 0.0).astype(np.float32), size) / np.maximum(weight, 1e-6)
    sharp = max(float(np.percentile(along[outline], SHARPEST_SHARE)), SHARPEST)
    if (along[outline] > BLURRED * sharp).mean() < BEHIND:
        return None
    rows, columns = scipy.ndimage.distance_transform_edt(~outline, return_distances=False, return_indices=True)
    nearest = along[rows, columns]
    seeds = np.where(nearest < BLURRED * sharp, PERHAPS_PRODUCT, PERHAPS_GROUND).astype(np.uint8)
    seeds[nearest < SURELY_SHARP * sharp] = PRODUCT
    seeds[~mask] = GROUND
    return _cut(lab, seeds, mask)


def _blur(lab: Pixels) -> tuple[Mask, NDArray[np.float32]]:
    """(H, W) where an edge is clear, and the sigma of its blur in pixels, 0..4."""
    near = np.ones((5, 5), np.uint8)
    fine, coarse = (cv2.dilate(steps_of(lab, sigma), near) for sigma in (FINE, COARSE))
    ratio = np.square(fine / np.maximum(coarse, 1e-3))
    sigma = np.sqrt(np.maximum(COARSE**2 - ratio * FINE**2, 0.0) / np.maximum(ratio - 1.0, 1e-3))
    return np.asarray(fine > CLEAR_STEP), np.clip(sigma, 0.0, 4.0)


def _cut(lab: Pixels, seeds: NDArray[np.uint8], mask: Mask) -> Mask | None:
    sharp = is_product(seeds)
    found = opened(graph_cut(lab, seeds))
    labels, count = scipy.ndimage.label(found)
    if count == 0:
        return None
    held = np.bincount(labels.ravel(), sharp.ravel(), minlength=count + 1)[1:]
    kept = np.isin(labels, 1 + np.flatnonzero(held >= LEAST_PART * held.max()))
    return np.asarray(filled(kept) & mask)

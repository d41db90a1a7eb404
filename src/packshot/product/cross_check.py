"""A plain ground's mask held against what the network sees: parts as pale as the ground are taken back, others doubted.

The plain method knows outlines and colours to the pixel, but not what a thing is: a white pocket on white paper is
ground to it. The network knows which parts belong together, but not to the pixel. So where it is sure of product and
the plain mask has ground, the part is taken back; where it is sure of ground and the plain mask has product, nothing is
cut off, and the share is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy

from packshot.product.learned import Coverage
from packshot.product.mask import Mask

SURE_PRODUCT, SURE_GROUND = 0.9, 0.05
"""Coverage from which, and up to which, the network's word counts against the plain mask's."""
COVERED, BARE = 0.9, 0.1
"""Share of a place that the plain mask holds, from which it counts as all, and up to which it counts as nothing."""
CORE = np.ones((2, 2), np.bool_)
"""Smaller differences than this, in places, are the outline's."""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """`mask` (H, W) with what was taken back; the rest in shares of the product.

    `taken_back`: added to the plain mask. `denied`: of the plain mask, what the network calls ground. `agreed`: overlap
    of both as the network sees them.
    """

    mask: Mask
    taken_back: float
    denied: float
    agreed: float


def cross_checked(mask: Mask, cover: Coverage) -> CrossCheck:
    """The plain method's `mask` (H, W) against the network's coverage (rows, columns) of the same picture."""
    rows, columns = cover.shape
    coarse = cv2.resize(mask.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    share = np.asarray(coarse, dtype=np.float32)
    missing = scipy.ndimage.binary_opening((cover >= SURE_PRODUCT) & (share <= BARE), CORE)
    denied = scipy.ndimage.binary_opening((cover <= SURE_GROUND) & (share >= COVERED), CORE)
    own = cover >= 0.5
    both, either = own & (share >= 0.5), own | (share >= 0.5)
    back = _taken_back(mask, cover, share, missing) if missing.any() else np.zeros_like(mask)
    return CrossCheck(
        mask=np.asarray(mask | back),
        taken_back=float(back.sum() / max(1, (mask | back).sum())),
        denied=float(denied.sum() / max(1, (share >= 0.5).sum())),
        agreed=float(both.sum() / max(1, either.sum())),
    )


def _taken_back(mask: Mask, cover: Coverage, share: Coverage, missing: Mask) -> Mask:
    """(H, W) the parts that touch the mask and hold a place the network is sure of, as far as it calls them product."""
    labels, _ = scipy.ndimage.label((cover >= 0.5) & (share < COVERED), structure=np.ones((3, 3)))
    touching = np.intersect1d(labels[missing], labels[share > BARE])
    kept = np.isin(labels, touching) & (labels > 0)
    near = scipy.ndimage.binary_dilation(kept)
    height, width = mask.shape
    told = cv2.resize(np.where(near, cover, 0.0).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((told >= 0.5) & ~mask)

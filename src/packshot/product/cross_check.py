"""A plain ground's mask held against what the network sees: parts as pale as the ground are taken back, others doubted.

The plain method knows outlines and colours to the pixel, but not what a thing is: a white pocket on white paper is
ground to it. The network knows which parts belong together, but not to the pixel. So where it is sure of product and
the plain mask has ground, the part is taken back. Where it sees less than the plain mask nothing is cut off, since it
was taught few kinds of things; how far both agree is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy

from packshot.product.learned import Coverage
from packshot.product.mask import Mask

SURE_PRODUCT = 0.95
"""Coverage from which the network's word counts against the plain mask's."""
FIRM, FIRM_SHARE = 0.9, 0.4
"""Of a part's places this share must have this coverage: where the network guesses (a contact shadow, a window under a
handle) few have it. Set on 16 plain and 16 cluttered renders: the one true part was kept, and none of three false."""
COVERED, BARE = 0.9, 0.1
"""Share of a place that the plain mask holds, from which it counts as all, and up to which it counts as nothing."""
CORE = np.ones((2, 2), np.bool_)
"""Smaller differences than this, in places, are the outline's."""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """`mask` (H, W) with what was taken back, and which share of it that is.

    `agreed`: overlap of this mask and the network's own, 0..1, as coarse as the network sees.
    """

    mask: Mask
    taken_back: float
    agreed: float


def cross_checked(mask: Mask, cover: Coverage) -> CrossCheck:
    """The plain method's `mask` (H, W) against the network's coverage (rows, columns) of the same picture."""
    share = _coarse(mask, cover)
    missing = scipy.ndimage.binary_opening((cover >= SURE_PRODUCT) & (share <= BARE), CORE)
    whole, back = mask, 0.0
    if missing.any():
        whole = mask | _taken_back(mask, cover, share, missing)
        back = 1.0 - float(mask.sum()) / max(1, int(whole.sum()))
        share = _coarse(whole, cover)
    own, other = cover >= 0.5, share >= 0.5
    return CrossCheck(np.asarray(whole), back, float((own & other).sum() / max(1, (own | other).sum())))


def _coarse(mask: Mask, cover: Coverage) -> Coverage:
    """Share of each of the network's places that the mask holds."""
    rows, columns = cover.shape
    return np.asarray(
        cv2.resize(mask.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.float32
    )


def _taken_back(mask: Mask, cover: Coverage, share: Coverage, missing: Mask) -> Mask:
    """(H, W) the parts that touch the mask and that the network is sure of, as far as it calls them product."""
    labels, count = scipy.ndimage.label((cover >= 0.5) & (share < COVERED), structure=np.ones((3, 3)))
    touching = np.intersect1d(labels[missing], labels[share > BARE])
    open_ground = labels * (share <= BARE)
    firm = np.bincount(open_ground[cover >= FIRM], minlength=count + 1)
    sure = np.flatnonzero(firm >= FIRM_SHARE * np.maximum(np.bincount(open_ground.ravel(), minlength=count + 1), 1))
    kept = np.isin(labels, np.intersect1d(touching, sure)) & (labels > 0)
    near = scipy.ndimage.binary_dilation(kept)
    height, width = mask.shape
    told = cv2.resize(np.where(near, cover, 0.0).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((told >= 0.5) & ~mask)

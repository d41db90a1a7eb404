"""The product on a ground that is not plain: where the package's network sees it, its outline found by GrabCut.

The network knows which things are one product, not where its edge runs: what it is sure of seeds the cut, and between
the cut follows the picture. Where it sees another thing in the mirror, it does not know what this is: then its mean
with saliency seeds the cut, which knows how the product differs from the border, and less is held for certain.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    lab_bytes,
    steps_of,
)
from packshot.product.learned import coverage, mirrored_coverage
from packshot.product.mask import Mask
from packshot.product.plain_ground import border_ring
from packshot.product.saliency import saliency
from packshot.product.shape import eroded, opened
from packshot.result import Pixels

WORKING_SIDE_PX = 400


@dataclass(frozen=True, slots=True)
class Start:
    """From which likelihood a pixel is thought to be product, is product for certain, and up to which ground is."""

    thought: float
    product: float
    ground: float


KNOWN, UNKNOWN = Start(0.5, 0.8, 0.2), Start(0.4, 0.9, 0.05)
"""Of what the network sees, and of its mean with saliency. The first was set on 30 renders of each ground."""
KNOWN_FROM = 0.8
"""Overlap of what the network sees in the picture and in its mirror image from which it is taken to know it."""
LEAST_PART = 0.15
"""Of the largest part: smaller parts are no product."""


@dataclass(frozen=True, slots=True)
class GrabbedMask:
    """`mask` (H, W) at full size; the rest tells how far to trust it, all 0..1.

    `stable`: overlap of the cut and what the network alone sees. `mirrored`: overlap of what the network sees in the
    picture and in its mirror image. `edged`: how strong the picture's edges along the outline are, against those
    elsewhere. `bordering`: share of the border that the product covers.
    """

    mask: Mask
    factor: float
    stable: float
    mirrored: float
    edged: float
    bordering: float


def grabbed(pixels: Pixels, allowed: Mask | None = None) -> GrabbedMask:
    """The product of a picture (H, W, 3); outside `allowed` (H, W) nothing is product."""
    height, width = pixels.shape[:2]
    factor = max(1.0, max(height, width) / WORKING_SIDE_PX)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small: Pixels = np.ascontiguousarray(pixels)
    if factor > 1.0:
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    lab = lab_bytes(small)
    one, other = coverage(small), mirrored_coverage(small)
    seen = np.asarray(cv2.resize((one + other) / 2, size, interpolation=cv2.INTER_LINEAR), dtype=np.float64)
    forbidden = np.zeros(seen.shape, np.bool_)
    if allowed is not None:
        forbidden = cv2.resize(allowed.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0
        seen[forbidden] = 0.0
    mirrored = _overlap(one >= 0.5, other >= 0.5)
    alone = _main_parts(np.asarray(seen >= 0.5), seen)
    if mirrored >= KNOWN_FROM:
        mask = _main_parts(_cut(lab, seen, KNOWN), seen)
    else:
        likely = (seen + np.where(forbidden, 0.0, saliency(small))) / 2
        mask = _main_parts(_cut(lab, likely, UNKNOWN), likely)
    mask = mask if mask.any() else alone
    found = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
    return GrabbedMask(
        mask=np.asarray(found),
        factor=factor,
        stable=_overlap(mask, alone),
        mirrored=mirrored,
        edged=_edged(lab, mask),
        bordering=float(mask[border_ring(*mask.shape)].mean()),
    )


def _cut(lab: Pixels, likely: NDArray[np.float64], start: Start) -> Mask:
    seeds = np.where(likely >= start.thought, PERHAPS_PRODUCT, PERHAPS_GROUND).astype(np.uint8)
    seeds[likely >= start.product] = PRODUCT
    seeds[likely <= start.ground] = GROUND
    return graph_cut(lab, seeds)


def _main_parts(mask: Mask, likely: NDArray[np.float64]) -> Mask:
    """Holes filled, specks gone; parts in the order of the likelihood that they hold."""
    labels, count = scipy.ndimage.label(opened(mask), structure=np.ones((3, 3)))
    if count == 0:
        return np.zeros_like(mask)
    held = np.bincount(labels.ravel(), np.square(likely).ravel(), minlength=count + 1)[1:]
    kept = 1 + np.flatnonzero(held >= LEAST_PART * held.max())
    return _without_small_holes(np.isin(labels, kept))


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
    outline = mask & ~eroded(mask)
    if not outline.any() or mask.all():
        return 0.0
    near = cv2.dilate(steps, np.ones((3, 3), np.uint8))
    return float((near[outline] > max(12.0, float(np.quantile(steps[~mask], 0.9)))).mean())

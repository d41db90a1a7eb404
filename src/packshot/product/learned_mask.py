"""The product on any ground: the network says which things belong to it, a graph cut where its outline runs.

The network is asked twice, the second time in a mirror. Where it is sure both times its word stands; between, GrabCut
decides by the colours of both sides, as fine as the working picture is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product.graph_cut import GROUND, PERHAPS_GROUND, PERHAPS_PRODUCT, PRODUCT, graph_cut, lab_bytes
from packshot.product.learned import Coverage, coverage, mirrored_coverage
from packshot.product.mask import Mask
from packshot.product.plain_ground import border_ring
from packshot.result import Pixels

WORKING_SIDE_PX = 400
SURE_PRODUCT, SURE_GROUND = 0.9, 0.06
"""Coverage from which, and up to which, the network's word stands."""
LEAST_PART = 0.1
"""Of the largest part: smaller parts are no product."""


@dataclass(frozen=True, slots=True)
class LearnedMask:
    """`mask` (H, W) at full size; the rest tells how far to trust it, all 0..1.

    `decided`: one minus the undecided share of the network's product. `mirrored`: overlap of what it sees both ways.
    `cut`: overlap of its own mask and the graph's. `bordering`: share of the border that the product covers.
    """

    mask: Mask
    factor: float
    decided: float
    mirrored: float
    cut: float
    bordering: float


def learned_mask(pixels: Pixels, allowed: Mask | None = None) -> LearnedMask:
    """The product of a picture (H, W, 3); outside `allowed` (H, W) nothing is product."""
    height, width = pixels.shape[:2]
    factor = max(1.0, max(height, width) / WORKING_SIDE_PX)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small: Pixels = np.ascontiguousarray(pixels)
    if factor > 1.0:
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    one, other = coverage(small), mirrored_coverage(small)
    cover = np.asarray(cv2.resize((one + other) / 2, size, interpolation=cv2.INTER_LINEAR))
    if allowed is not None:
        cover[cv2.resize(allowed.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0] = 0.0
    own = cover >= 0.5
    mask = main_parts(graph_cut(lab_bytes(small), _seeds(cover)), cover)
    found = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
    return LearnedMask(
        mask=np.asarray(found),
        factor=factor,
        decided=decided(cover),
        mirrored=overlap(one >= 0.5, other >= 0.5),
        cut=overlap(own, mask),
        bordering=float(mask[border_ring(*mask.shape)].mean()),
    )


def _seeds(cover: Coverage) -> NDArray[np.uint8]:
    seeds = np.where(cover >= 0.5, PERHAPS_PRODUCT, PERHAPS_GROUND).astype(np.uint8)
    seeds[cover >= SURE_PRODUCT] = PRODUCT
    seeds[cover <= SURE_GROUND] = GROUND
    return seeds


def decided(cover: Coverage) -> float:
    """One minus the share of the product that the network is of two minds about; 0 where it sees none."""
    return float(np.clip(1.0 - (4.0 * cover * (1.0 - cover)).sum() / max(1.0, float(cover.sum())), 0.0, 1.0))


def main_parts(mask: Mask, cover: Coverage) -> Mask:
    """Specks gone; parts in the order of the coverage that they hold."""
    labels, count = scipy.ndimage.label(mask, structure=np.ones((3, 3)))
    if count == 0:
        return mask
    held = np.bincount(labels.ravel(), cover.ravel(), minlength=count + 1)[1:]
    return np.asarray(np.isin(labels, 1 + np.flatnonzero(held >= LEAST_PART * held.max())))


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union."""
    return float((one & other).sum() / max(1, (one | other).sum()))

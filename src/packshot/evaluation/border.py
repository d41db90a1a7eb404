"""What stands around the product, measured at the picture's border: a ring of 2 % of the shorter side.

Where the product's mask can be trusted at the border, what the ring shows of the product is left out. Elsewhere a plain
ground is fitted to the ring, robustly, and what departs from it is left out - unless that reaches from side to side: a
floor belongs to the background as much as its wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.evaluation.colour_names import are_called, colour_name, colour_names, is_white
from packshot.evaluation.framing import TRUST
from packshot.product import (
    PLAIN_LIMIT,
    Colours,
    ProductMask,
    border_ring,
    difference,
    fit_plain_ground,
    lab_from_linear,
    lab_from_srgb,
    linear_from_srgb,
    shrunk,
    spans,
)
from packshot.result import Pixels

LOOKED_AT_PX = 96
"""Shorter side at which colours are named: grain and weave melt into what an eye sees from a step away."""
ENOUGH = 0.1
"""Share of the ring that must be ground to speak of it; with less, the whole ring is measured."""
ONE_COLOUR = 0.7
"""Share of the ring that must bear one name for the ground to be of one colour."""


@dataclass(frozen=True, slots=True)
class Border:
    """The ground in numbers.

    `lab` (3,) is the median colour in CIELAB and `levels` (3,) in sRGB 0..255, `pure_white` the share 0..1 of pixels
    of exactly 255, 255, 255, and `unevenness` the ΔE*ab to the median within which 95 % of the pixels are. `white` is
    the share that an eye calls white, pure or not; `names` the shares by colour name, the largest first; `name` is None
    where the ground has no one colour.
    """

    lab: Colours
    levels: Pixels
    pure_white: float
    unevenness: float
    white: float
    names: tuple[tuple[str, float], ...]
    name: str | None


def measure_border(pixels: Pixels, product: ProductMask) -> Border:
    """The border of a picture (H, W, 3)."""
    ring = border_ring(*pixels.shape[:2])
    trusted = product.border_confidence >= TRUST
    around = ring & ~scipy.ndimage.binary_dilation(product.mask, iterations=2) if trusted else ring
    shown = pixels[around if around.sum() >= ENOUGH * ring.sum() else ring]
    blocks = _blocks(pixels, product, trusted)
    lab, median = lab_from_srgb(shown), np.median(blocks, axis=0)
    called, counts = np.unique(colour_names(blocks), return_counts=True)
    shares = [(str(one), float(count) / len(blocks)) for one, count in zip(called, counts, strict=True)]
    name = colour_name(median)
    return Border(
        lab=median,
        levels=np.median(shown, axis=0).astype(np.uint8),
        pure_white=float(np.mean((shown == 255).all(axis=-1))),
        unevenness=float(np.quantile(difference(lab, median), 0.95)),
        white=float(is_white(blocks).mean()),
        names=tuple(sorted(shares, key=lambda entry: -entry[1])),
        name=name if are_called(blocks, name).mean() >= ONE_COLOUR else None,
    )


def _blocks(pixels: Pixels, product: ProductMask, trusted: bool) -> Colours:
    """(N, 3) CIELAB of the ring's blocks that show the ground."""
    factor = max(1, min(pixels.shape[:2]) // LOOKED_AT_PX)
    skipped = max(1, factor // 4)
    linear = shrunk(linear_from_srgb(pixels[::skipped, ::skipped]), factor // skipped)
    ring = border_ring(*linear.shape[:2])
    if spans(product.crosses) and not trusted:
        taken = ring
    elif not trusted:
        taken = _fitting(linear)
    else:
        share = shrunk(product.mask[::skipped, ::skipped, None].astype(np.float64), factor // skipped)[..., 0]
        taken = ring & ~scipy.ndimage.binary_dilation(share > 0.0)
    return lab_from_linear(linear[taken if taken.sum() >= ENOUGH * ring.sum() else ring])


def _fitting(linear: Colours) -> NDArray[np.bool_]:
    """(H, W) the ring where it fits a plain ground; all of it where less than half does."""
    ring, ground = border_ring(*linear.shape[:2]), fit_plain_ground(linear)
    fits = difference(lab_from_linear(linear), ground.lab) <= PLAIN_LIMIT
    return ring & fits if ground.plainness >= 0.5 else ring

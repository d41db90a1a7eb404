"""How much light the product's shadow takes from the ground, and where.

A shadow is the ground in less light: a plain ground is fitted to the border, and every pixel outside the product that
keeps its hue is compared with it in linear light. The pixels next to the product are left out, for its soft edge
mixes with the ground there.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.evaluation.framing import TRUST, untold
from packshot.product import (
    ProductMask,
    difference,
    fit_plain_ground,
    lab_from_linear,
    linear_from_srgb,
    shrunk,
)
from packshot.result import Box, Evidence, Pixels

NAME, UNIT = "shadow_strength", "%"

LOOKED_AT_PX = 384
"""Longer side up to which pictures are looked at whole."""
SOFT_EDGE_PX = 2
DARKEST = 0.001
"""Share of the picture whose mean is the deepest part."""
HUE_LIMIT = 8.0
"""ΔE*ab between a shadow and the ground dimmed to its light."""
SEEN_FROM = 0.05
"""Share of light from which an eye calls it a shadow."""
DARK_GROUND = 12.0
"""L* below which a ground has no light to lose."""


def shadow_evidence(pixels: Pixels, product: ProductMask) -> Evidence:
    """Per cent of the ground's light that the shadow takes at its deepest; its region is where it is half as deep."""
    if product.box is None or product.confidence < TRUST:
        return _nothing(untold(product))
    factor = -(-max(pixels.shape[:2]) // LOOKED_AT_PX)
    linear = shrunk(linear_from_srgb(pixels), factor)
    mask = shrunk(product.mask[..., None].astype(np.float64), factor)[..., 0] > 0.0
    ground = fit_plain_ground(linear)
    if float(np.median(ground.lab[..., 0])) < DARK_GROUND:
        return _nothing("the background is too dark to show a shadow")
    share = (linear * ground.colour).sum(axis=-1) / np.maximum((ground.colour**2).sum(axis=-1), 1e-6)
    dimmed = lab_from_linear(np.clip(share[..., None] * ground.colour, 0.0, 1.0))
    hued = difference(lab_from_linear(linear), dimmed) <= HUE_LIMIT
    around = ~scipy.ndimage.binary_dilation(mask, iterations=SOFT_EDGE_PX)
    taken = np.where(around & hued, np.clip(1.0 - share, 0.0, 1.0), 0.0)
    count = max(1, round(DARKEST * taken.size))
    strength = float(np.partition(taken.ravel(), -count)[-count:].mean())
    if strength < SEEN_FROM:
        return _measured(strength, "The product throws no shadow that an eye would see", ())
    region = _region(taken >= strength / 2, factor, pixels.shape[1], pixels.shape[0])
    return _measured(strength, f"The shadow takes {100 * strength:.0f} % of the light at its deepest", (region,))


def _region(deep: NDArray[np.bool_], factor: int, width: int, height: int) -> Box:
    """The box of the largest piece, in the picture's pixels."""
    labels, _ = scipy.ndimage.label(deep, structure=np.ones((3, 3)))
    largest = 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    rows, columns = scipy.ndimage.find_objects(labels)[largest - 1]
    return (
        columns.start * factor,
        rows.start * factor,
        min(columns.stop * factor, width),
        min(rows.stop * factor, height),
    )


def _measured(strength: float, words: str, regions: tuple[Box, ...]) -> Evidence:
    return Evidence(name=NAME, value=round(100 * strength, 2), unit=UNIT, sentence=f"{words}.", regions=regions)


def _nothing(reason: str) -> Evidence:
    return Evidence(name=NAME, value=None, unit=UNIT, sentence=f"Not evaluated: {reason}.")

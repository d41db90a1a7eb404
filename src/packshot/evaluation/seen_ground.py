"""Where two pictures both show nothing but their ground, shaded alike: there neither has its product.

Whatever a mask says: masks keep a shadow, or the ground between a chair's legs. On another ground such a place would
count as a product that changed its colour. Knows masks, no product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product import Mask

LEAST_PX: Final = 50
NEAR: Final = 0.04
"""Of the product's longer side: nearer to it than this a ground is not looked at, for masks are a little off."""
DEEPEST, BRIGHTEST = 0.3, 1.1
"""Of the ground's light: what a shadow leaves at least, and how uneven a ground may be."""
ALIKE: Final = 0.12
"""How far the shade may differ between both, of the ground's light."""
OFF: Final = 0.08
"""Of the shaded ground's brightest channel: how far a colour may be from it."""

Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grounds:
    """The linear light (3,) of both pictures' ground: the middle of what lies away from both products."""

    before: Plane
    after: Plane


def grounds_of(one: Plane, two: Plane, product: Mask, other: Mask) -> Grounds | None:
    """Of two pictures in linear light (H, W, 3) and their products (H, W). None where next to no ground is seen."""
    rows, columns = np.nonzero(product)
    if not rows.size:
        return None
    near_px = max(4.0, NEAR * (max(np.ptp(rows), np.ptp(columns)) + 1))
    away = cv2.distanceTransform((~(product | other)).astype(np.uint8), cv2.DIST_L2, 5) > near_px
    if away.sum() < LEAST_PX:
        return None
    return Grounds(*(np.median(each[away], axis=0) for each in (one, two)))


def shown_by_both(one: Plane, two: Plane, grounds: Grounds) -> Mask:
    """(H, W) true where both pictures (H, W, 3) show their ground, as deep in the shade the one as the other."""
    (first, is_first), (second, is_second) = _shade(one, grounds.before), _shade(two, grounds.after)
    return np.asarray(is_first & is_second & (np.abs(first - second) < ALIKE))


def _shade(light: Plane, ground: Plane) -> tuple[Plane, Mask]:
    """What is left of the ground's light (H, W), and where nothing but it is seen."""
    share = light @ ground / max(float(ground @ ground), 1e-6)
    off = np.abs(light - share[..., None] * ground).max(axis=-1)
    return share, (share > DEEPEST) & (share < BRIGHTEST) & (off < OFF * share * float(ground.max()))

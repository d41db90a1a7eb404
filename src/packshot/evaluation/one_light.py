"""Two pictures of one product brought into one light: the lamp between them, and what another ground throws onto it.

A lamp shines on the ground as on the product. So a ground that looks as before says that no lamp changed, and what is
unlike in the product is the product's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.evaluation.ground_light import without_ground
from packshot.evaluation.lamp import Lamp, lamp_between
from packshot.evaluation.seen_ground import Grounds
from packshot.product import CORE_PX, Mask, lab_from_linear, shrunk

SIDE_MAX_PX: Final = 512
"""Larger pictures are compared at a whole part of their size: a product's look does not lie in single pixels."""
CORE_LEAST_PX: Final = 50
STAYS: Final = 2.0
"""In each of L*, a*, b*: a ground that changed by less stays."""
CLIPPED, TELLING = 0.98, 0.05
"""Linear light: a ground from the one on hides a brighter lamp, below the other it hides every lamp."""
ROUNDS: Final = 2
"""Lamp and ground are told apart by turns."""

Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OneLight:
    """Both in linear light (H, W, 3); the source under the picture's lamp, the picture as on the source's ground.

    `core` (H, W) is the source's product without its rim, `side_px` its longer side, `change` that of the ground's
    light (3,) which the lamp does not explain. Of `picture` only what lies in the core is without the new ground's.
    """

    source: Plane
    picture: Plane
    core: Mask
    side_px: int
    lamp: Lamp
    change: Plane


def one_light(source: Plane, picture: Plane, product: Mask, grounds: Grounds | None) -> OneLight:
    """Of two pictures in linear light (H, W, 3), and the product of the source (H, W). None: of no ground is known."""
    factor = -(-max(product.shape) // SIDE_MAX_PX)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * CORE_PX + 1, 2 * CORE_PX + 1))
    core = np.asarray(cv2.erode(product.astype(np.uint8), disc) > 0)
    core = core if core.sum() >= CORE_LEAST_PX else product
    if factor > 1:
        source, picture = (np.asarray(shrunk(each, factor)) for each in (source, picture))
        whole = np.asarray(shrunk(core[..., None].astype(np.float64), factor)[..., 0])
        core = np.asarray(whole > 0.99 if (whole > 0.99).sum() >= CORE_LEAST_PX else whole > 0.0)
    lamp, change = _told_apart(source[core], picture[core], grounds)
    lit, same = lamp.on(source), picture.copy()
    same[core] = without_ground(lit[core], picture[core], change)
    rows, columns = np.nonzero(core)
    side = int(max(np.ptp(rows), np.ptp(columns))) + 1
    return OneLight(lit, same, core, side, lamp, change)


def _told_apart(one: Plane, two: Plane, grounds: Grounds | None) -> tuple[Lamp, Plane]:
    """Of both products (N, 3) the lamp, and how the ground's light (3,) changed besides."""
    lamp = lamp_between(one, two)
    if grounds is None:
        return lamp, np.zeros(3)
    before, after = grounds.before, grounds.after
    if _stays(before, after):
        return _unchanged(lamp, before), np.zeros(3)
    for _ in range(ROUNDS - 1):
        lamp = lamp_between(one, without_ground(lamp.on(one), two, after - lamp.on(before)))
    return lamp, after - lamp.on(before)


def _stays(before: Plane, after: Plane) -> bool:
    apart = np.abs(lab_from_linear(before[None]) - lab_from_linear(after[None]))
    return bool(apart.max() < STAYS and before.max() >= TELLING)


def _unchanged(lamp: Lamp, ground: Plane) -> Lamp:
    """None at all; of a ground that is white, and clipped, a brighter one is left."""
    red, green, blue = (
        max(1.0, gain) if light >= CLIPPED else 1.0 for gain, light in zip(lamp.gains, ground, strict=True)
    )
    return Lamp((red, green, blue))

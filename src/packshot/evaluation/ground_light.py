"""What another ground throws onto a product: its bounce light and mirror image, taken out before colours are compared.

A product on red paper is redder below, a glossy or a metal one all the more. What a ground adds to the light that
leaves a point is some share of the *change of the ground's own colour*: bare where a gloss mirrors it, tinted by the
product's colour where the surface scatters it or is metal. So only what lies in that direction is taken out, and no
more than such surfaces send back; where the ground stays, nothing is. Knows no masks and no lamps.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.product import lab_from_linear

Light = NDArray[np.float64]
"""(N, 3) linear light 0..1."""

SENT_BACK: Final = ((0.0, 0.5), (0.5, 0.4), (1.0, 0.3))
"""How bare the ground's light is (0: wholly tinted by the product), and the most of it that such a surface sends back:
metal most, clear gloss least."""
UNMOVED: Final = 0.02
"""Linear light: a change of the ground below this is none."""
DARKEST: Final = 0.05
"""Linear light of a surface below which its tint is not known."""


def without_ground(source: Light, picture: Light, change: Light) -> Light:
    """`picture` (N, 3) without what a `change` (3,) of the ground's light may have added to or taken from it.

    `source` (N, 3) is what it would be without that change, point by point. Of the ways that surfaces send light back,
    for each point the one that leaves the least difference (CIELAB).
    """
    if float(np.abs(change).max()) < UNMOVED:
        return picture
    apart = picture - source
    before = lab_from_linear(source)
    tint = source / np.maximum(source.max(axis=1, keepdims=True), DARKEST)
    best, least = picture, np.full(len(picture), np.inf)
    for bare, most in SENT_BACK:
        way = change * (bare + (1.0 - bare) * tint)
        share = np.clip((apart * way).sum(1) / np.maximum((way * way).sum(1), 1e-6), 0.0, most)
        left = np.clip(picture - share[:, None] * way, 0.0, 1.0)
        unlike = ((lab_from_linear(left) - before) ** 2).sum(1)
        closer = unlike < least
        best, least = np.where(closer[:, None], left, best), np.where(closer, unlike, least)
    return np.asarray(best)

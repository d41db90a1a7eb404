"""The product as it stands in its frame: found as everywhere, with the sides at which the frame cuts it."""

from __future__ import annotations

import numpy as np

from packshot.product.crossing import crossed_sides, spans
from packshot.product.finding import ON_PLAIN, SHADOW, find_cutout
from packshot.product.mask import DOUBT, ProductMask
from packshot.result import Pixels


def product_in_frame(pixels: Pixels, plain: ProductMask) -> ProductMask:
    """The product of a picture (H, W, 3), whose `plain_background_mask` is `plain`.

    Of a mask that is not a plain ground's, the sides that it touches count as cut, and one that reaches from side to
    side is doubted. Where it is doubtful, a cut is told all the same if both masks have the same sides.
    """
    found = find_cutout(pixels, plain=plain)
    if found.method in (ON_PLAIN, f"{ON_PLAIN}+{SHADOW}"):
        return ProductMask(found.mask, found.confidence, found.method, plain.crosses, plain.border_confidence)
    mask = found.mask
    crosses = crossed_sides(mask, mask.astype(np.float64))
    confidence = found.confidence * (DOUBT if spans(crosses) else 1.0)
    sure = max(confidence, plain.border_confidence) if crosses == plain.crosses else confidence
    return ProductMask(mask, confidence, found.method, crosses, sure)

"""Parts of a plain ground's mask that are its shadow: the ground in less light, where the network sees no product.

The plain method takes a shadow for product where it is as dark and as hard as an edge: right under what stands there.
The network, which knows no outlines, takes thin parts for ground. What both words are against is shadow.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from packshot.product.lab import lab_from_linear
from packshot.product.learned import Coverage
from packshot.product.mask import Mask, shadow_hued
from packshot.product.plain_ground import plain_ground_at
from packshot.product.shape import opened
from packshot.product.shrunk import shrunk_light
from packshot.result import Pixels

UNSEEN: Final = 0.2
"""Of what the network sees: below it there is no product. Set on 40 renders, held on 40 others: see docs/masks.md."""


def cast_shadow(pixels: Pixels, mask: Mask, cover: Coverage, factor: int) -> Mask | None:
    """What of `mask` (H, W) is shadow in a picture (H, W, 3), looked at in a `factor`-th of its size; None: nothing."""
    height, width = mask.shape
    size = (-(-width // factor), -(-height // factor))
    own = np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)
    unseen = opened(own & (cv2.resize(cover, size, interpolation=cv2.INTER_LINEAR) < UNSEEN))
    if not unseen.any():
        return None
    light = shrunk_light(pixels, factor)
    there = light[unseen]
    shadow = np.zeros_like(own)
    shadow[unseen] = shadow_hued(there, lab_from_linear(there), plain_ground_at(light, unseen))
    shadow = opened(shadow)
    if not shadow.any():
        return None
    return np.repeat(np.repeat(shadow, factor, axis=0), factor, axis=1)[:height, :width]

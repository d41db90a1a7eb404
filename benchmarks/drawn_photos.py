"""Photos of products, quickly drawn, each another: bodies of the renderer, tinted anew, on a plain ground."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.result import Pixels
from training.render import random_scene, render

SIDE_PX: Final = 192
"""What the network for masks looks at: a larger photo of the same would cost more and tell no more."""

KINDS: Final = ("backpack", "bottle", "camera", "handbag", "mug", "suitcase", "teapot", "perfume bottle")
EACH: Final = 2
FIRST_SEED: Final = 61_000_000
"""None that the renderer's other users draw from."""

GROUND: Final = 244.0
SHADE: Final = 0.25
PALEST: Final = 0.75
FALLS_PX: Final = 7
"""How far below the product its shadow lies, and how soft it is."""


def draw_photo(number: int) -> Pixels:
    """A photo (192, 192, 3). The same number gives the same pixels, another number another body or another tint."""
    rng = np.random.default_rng((FIRST_SEED, number))
    body, cover, shadow = _bodies()[number % len(_bodies())]
    tint = rng.uniform(0.35, 1.0, 3) * PALEST
    ground = GROUND * (1.0 - SHADE * shadow[..., None])
    photo = body * tint * cover[..., None] + ground * (1.0 - cover[..., None])
    turned = photo[:, ::-1] if rng.random() < 0.5 else photo
    return np.ascontiguousarray(np.clip(np.rint(turned), 0, 255).astype(np.uint8))


Body = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Colours (H, W, 3) in 0..255, and the shares (H, W) of each place that the product covers and that its shadow does."""


@lru_cache(maxsize=1)
def _bodies() -> tuple[Body, ...]:
    return tuple(_body(kind, FIRST_SEED + number) for kind in KINDS for number in range(EACH))


def _body(kind: str, seed: int) -> Body:
    """Drawn twice as large, for a soft outline."""
    scene = replace(random_scene(seed, kind), product_colour="white", background_colour="white", material="matte")
    made = render(scene, 2 * SIDE_PX)
    size = (SIDE_PX, SIDE_PX)
    colours = cv2.resize(made.picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.resize(made.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    below = np.zeros_like(cover)
    below[FALLS_PX:] = cover[:-FALLS_PX]
    return colours, cover, cv2.GaussianBlur(below, (0, 0), FALLS_PX).astype(np.float32)

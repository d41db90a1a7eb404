"""A product lifted off its ground: how much of each pixel it covers, and how far that is to be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.mask import Mask, mask_box

Alpha = NDArray[np.uint8]
"""(H, W): share of the pixel that the product covers, in linear light; 0 none, 255 all."""

DOUBTFUL = 0.5
"""Below this confidence a person has to look: see docs/masks.md for how often it is right."""
CORE_PX = 2
HALF = 128


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """`confidence` 0..1; `method` with its version; `doubts` are sentences that say why the confidence is not 1."""

    alpha: Alpha
    confidence: float
    method: str
    doubts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.alpha.setflags(write=False)

    @property
    def mask(self) -> Mask:
        """(H, W) true where the product covers at least half of the pixel."""
        return np.asarray(self.alpha >= HALF)

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """(left, top, right, bottom) of the mask in pixels, right and bottom exclusive; None where it is empty."""
        return mask_box(self.mask)

    @property
    def is_doubtful(self) -> bool:
        """Whether a person has to look before anything is built on it."""
        return self.confidence < DOUBTFUL

    def core(self, erosion_px: int = CORE_PX) -> Mask:
        """(H, W) true where the product covers the pixel and all within `erosion_px` of it; the frame is no edge."""
        whole = (self.alpha == 255).astype(np.uint8)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * erosion_px + 1, 2 * erosion_px + 1))
        return np.asarray(cv2.erode(whole, disc) > 0)

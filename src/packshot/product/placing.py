"""Lifts a product out of its photo and puts it where it shall stand: exactly, by whole pixels, or scaled by one filter.

Unscaled, every pixel is the photo's. Scaled, colours go through Pillow's Lanczos and the alpha through its triangle
filter (both in fixed point): that is the *transformed photo*, of which the promise speaks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image

from packshot.product.cutout import HALF, Alpha
from packshot.product.edge_colour import REACH_PX, clean_edge
from packshot.product.mask import Mask, mask_box
from packshot.result import Box, Pixels
from packshot.spec import Placement

MARGIN_PX: Final = REACH_PX + 2
"""Around what is product: there the old ground's colour is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedProduct:
    """A product in a window (h, w) of the result, whose whole `size` is width and height.

    `photo` (h, w, 3) is the transformed photo, `colour` the same with the old ground taken out of its edge, `alpha`
    (h, w) what is covered, `core` (h, w) where nothing may differ from `photo`.
    """

    size: tuple[int, int]
    left: int
    top: int
    photo: Pixels
    colour: Pixels
    alpha: Alpha
    core: Mask

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the result."""
        height, width = self.alpha.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    def over_all(self, plane: Alpha | Mask) -> Alpha:
        """A plane (h, w) of the window in the whole result (H, W), zero elsewhere; of a mask 0 and 1."""
        whole = np.zeros((self.size[1], self.size[0]), dtype=np.uint8)
        whole[self.window] = plane
        return whole


def product_box(alpha: Alpha) -> Box | None:
    """(left, top, right, bottom) of what is covered by half or more; None where nothing is."""
    return mask_box(alpha >= HALF)


def place(photo: Pixels, alpha: Alpha, placement: Placement, size: tuple[int, int], erosion_px: int) -> PlacedProduct:
    """The product of a photo (H, W, 3) with its alpha (H, W), its box at `placement` in a result of `size`.

    Raises ValueError where there is no product, or the placement leaves the result.
    """
    box = product_box(alpha)
    if box is None:
        raise ValueError("there is no product to place")
    if placement.left + placement.width > size[0] or placement.top + placement.height > size[1]:
        raise ValueError(f"{placement} leaves the result of {size[0]}×{size[1]}")
    window = _with_margin(alpha)
    unscaled = (placement.width, placement.height) == (box[2] - box[0], box[3] - box[1])
    move = _moved if unscaled else _scaled
    return move(photo, alpha, window, box, placement, size, erosion_px)


def _moved(
    photo: Pixels, alpha: Alpha, window: Box, box: Box, placement: Placement, size: tuple[int, int], erosion_px: int
) -> PlacedProduct:
    right, down = placement.left - box[0], placement.top - box[1]
    kept = (
        max(window[0], -right),
        max(window[1], -down),
        min(window[2], size[0] - right),
        min(window[3], size[1] - down),
    )
    part = (slice(kept[1], kept[3]), slice(kept[0], kept[2]))
    covered = np.ascontiguousarray(alpha[part])
    own = np.ascontiguousarray(photo[part])
    core = core_of(covered, erosion_px)
    return PlacedProduct(size, kept[0] + right, kept[1] + down, own, clean_edge(own, covered), covered, core)


def _scaled(
    photo: Pixels, alpha: Alpha, window: Box, box: Box, placement: Placement, size: tuple[int, int], erosion_px: int
) -> PlacedProduct:
    across, along = placement.width / (box[2] - box[0]), placement.height / (box[3] - box[1])
    left = max(0, math.floor(placement.left + (window[0] - box[0]) * across))
    top = max(0, math.floor(placement.top + (window[1] - box[1]) * along))
    right = min(size[0], math.ceil(placement.left + (window[2] - box[0]) * across))
    bottom = min(size[1], math.ceil(placement.top + (window[3] - box[1]) * along))
    # a pixel of the result may begin before the window: its last pixels are repeated there
    pad = (math.ceil(1 / min(across, along)) + 1,) * 2
    part = (slice(window[1], window[3]), slice(window[0], window[2]))
    covered = np.pad(alpha[part], (pad, pad), mode="edge")
    own = np.pad(photo[part], (pad, pad, (0, 0)), mode="edge")
    of = (
        box[0] + (left - placement.left) / across - window[0] + pad[0],
        box[1] + (top - placement.top) / along - window[1] + pad[0],
        box[0] + (right - placement.left) / across - window[0] + pad[0],
        box[1] + (bottom - placement.top) / along - window[1] + pad[0],
    )
    whole = (right - left, bottom - top)

    def resized(plane: Pixels | Alpha, filter_: Image.Resampling) -> Pixels:
        return np.array(Image.fromarray(plane).resize(whole, filter_, box=of))

    photo_there = resized(own, Image.Resampling.LANCZOS)
    colour = resized(clean_edge(own, covered, beyond=True), Image.Resampling.LANCZOS)
    alpha_there = resized(covered, Image.Resampling.BILINEAR)
    core = core_of(alpha_there, erosion_px)
    colour[core] = photo_there[core]
    return PlacedProduct(size, left, top, photo_there, colour, alpha_there, core)


def core_of(alpha: Alpha, erosion_px: int) -> Mask:
    """(H, W) true where the product covers a pixel wholly, and all within `erosion_px` of it. The frame is an edge."""
    whole = (alpha == 255).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * erosion_px + 1, 2 * erosion_px + 1))
    return np.asarray(cv2.erode(whole, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0)


def _with_margin(alpha: Alpha) -> Box:
    """The box of all that is not ground, and a margin, within the photo."""
    box = mask_box(alpha > 0)
    assert box is not None  # place() has looked
    height, width = alpha.shape
    return (
        max(0, box[0] - MARGIN_PX),
        max(0, box[1] - MARGIN_PX),
        min(width, box[2] + MARGIN_PX),
        min(height, box[3] + MARGIN_PX),
    )

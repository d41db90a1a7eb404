"""From a mask whose edge is a few pixels off to a soft edge: the share of each pixel that the product covers.

Inside a band about the edge every pixel is taken as a mixture, in linear light, of the product's colour behind the band
and the ground's before it (the colour line of closed-form matting: Levin, Lischinski, Weiss, PAMI 2008, Eq. 1-3, with
both ends known). Where these two are too alike the mask's own edge stays.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.cutout import HALF, Alpha
from packshot.product.lab import linear_from_srgb, over_channels
from packshot.product.mask import Mask
from packshot.result import Pixels

LEAST_WEIGHT = 0.01
"""Of a pixel in the band for the colours of either side: it counts where nothing surer is near, as in a thin strap."""
TOLD_APART = 0.03
"""Distance of both colours in linear light at which half of the colour line's word is taken."""
SNAP = 0.06
"""Shares this near to nothing or all are that: noise is no transparency."""

STRAND = np.ones((2, 2), np.uint8)
"""What is thinner is not held to be covered."""
WISPS = 0.004
"""Of the longer side: how far from what is covered by half there may be less."""

Light = NDArray[np.float32]
Places = NDArray[np.intp]

_LINEAR = linear_from_srgb(np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)[None]).astype(np.float32)


def soft_edge(pixels: Pixels, mask: Mask, band_px: int) -> Alpha:
    """The alpha of a picture (H, W, 3) whose `mask` (H, W) has its edge within `band_px` of the true one."""
    height, width = mask.shape
    reach = 3 * band_px + 2
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    alpha = np.zeros((height, width), dtype=np.uint8)
    if rows.size == 0:
        return alpha
    window = (
        slice(max(0, rows[0] - reach), min(height, rows[-1] + 1 + reach)),
        slice(max(0, columns[0] - reach), min(width, columns[-1] + 1 + reach)),
    )
    soft = _in_window(pixels[window], mask[window].astype(np.uint8), band_px)
    alpha[window] = _without_wisps(soft, max(2, round(WISPS * max(height, width))))
    return alpha


def _in_window(pixels: Pixels, inside: NDArray[np.uint8], band_px: int) -> Alpha:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band_px + 1, 2 * band_px + 1))
    sure_product, sure_ground = cv2.erode(inside, disc), 1 - cv2.dilate(inside, disc)
    alpha = np.multiply(sure_product, 255)
    y, x = np.nonzero(1 - sure_product - sure_ground)
    if y.size == 0:
        return alpha
    light = np.asarray(cv2.LUT(np.ascontiguousarray(pixels), _LINEAR), dtype=np.float32)
    step = max(1, band_px // 2)
    near, at = _coarser(light, step), (y // step, x // step)
    window = 2 * (2 * band_px // step) + 1
    weights = [
        _coarser(np.maximum(sure, LEAST_WEIGHT * side).astype(np.float32), step)
        for sure, side in ((sure_product, inside), (sure_ground, 1 - inside))
    ]
    (product, product_spread), (ground, ground_spread) = (_local(near, weight, window, at) for weight in weights)
    line = product - ground
    length = over_channels(line**2)
    along = over_channels((light[y, x] - ground) * line) / np.maximum(length, 1e-8)
    own = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), max(0.6, band_px / 3))[y, x]
    trust = length / (length + TOLD_APART**2 + product_spread + ground_spread)
    share = trust * np.clip(along, 0.0, 1.0) + (1.0 - trust) * own
    share = np.clip((share - SNAP) / (1.0 - 2 * SNAP), 0.0, 1.0)
    alpha[y, x] = (255.0 * share + 0.5).astype(np.uint8)
    return alpha


def _without_wisps(alpha: Alpha, reach: int) -> Alpha:
    """Faint coverage alone, away from all that is covered by half, is the ground's own: on white it would be specks."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    covered = cv2.morphologyEx((alpha >= HALF).astype(np.uint8), cv2.MORPH_OPEN, STRAND)
    near = cv2.dilate(covered, disc)
    return np.multiply(alpha, near)


def _coarser(plane: Light, step: int) -> Light:
    """Colours and weights vary slowly: their means are taken of fewer pixels."""
    if step == 1:
        return plane
    size = (-(-plane.shape[1] // step), -(-plane.shape[0] // step))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def _local(light: Light, weight: Light, window: int, at: tuple[Places, Places]) -> tuple[Light, Light]:
    """(N, 3) weighted mean colour about each place, and (N,) the variance of its brightness there."""
    grey = over_channels(light) / np.float32(3.0)
    stacked = np.dstack([cv2.multiply(light, cv2.merge([weight] * 3)), weight])
    sums = cv2.blur(stacked, (window, window), borderType=cv2.BORDER_REPLICATE)[at]
    squares = cv2.blur(grey * grey * weight, (window, window), borderType=cv2.BORDER_REPLICATE)[at]
    total = np.maximum(sums[:, 3], np.float32(1e-9))
    mean = sums[:, :3] / total[:, None]
    return np.asarray(mean), np.asarray(np.maximum(squares / total - (over_channels(mean) / np.float32(3.0)) ** 2, 0.0))

"""The product on a plain ground: what the ground and its shadow cannot reach from the border.

The ground is let in from the border. It passes over pixels of its own colour, and over darker ones of its own hue as
long as they change slowly: that is how a soft shadow looks. It does not pass an edge. What it cannot reach is product.
Made for studio pictures of 256 pixels a side and more; elsewhere the confidence says so.

Measured on 60 unseen renders: see `tests/product/test_mask.py`. Known to be weak where a white part stands on a white
or pale grey ground and the picture is soft: such a part can be taken for shadow. A patch inside the product that has
exactly the ground's colour is taken for a window through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product.crossing import Side, crossed_sides, plain_but_crossed, spans
from packshot.product.lab import Colours, difference, lab_from_linear, over_channels
from packshot.product.plain_ground import PlainGround, border_ring, fit_plain_ground, texture_of
from packshot.product.shape import eroded, filled, grown, opened
from packshot.product.shrunk import shrunk_light
from packshot.result import Pixels

Mask = NDArray[np.bool_]
"""(H, W)."""

METHOD = "plain-background/2"
WORKING_SIDE_PX = 384
"""Larger pictures are looked at in whole fractions of their size."""

GROUND_LIMIT = (2.0, 8.0)
"""ΔE*ab up to which a pixel is ground whatever its surroundings: four times the border's spread, within these."""
SHADOW_HUE_LIMIT = 6.0
"""ΔE*ab between a shadow and the ground dimmed to its light."""
SHADOW_LIGHT = (0.1, 1.04)
"""Share of the ground's linear light that a shadow leaves."""
SHADOW_STEP = (1.2, 0.3)
"""ΔE*ab per pixel above which it is an edge and no shadow: at least the first, and the second times the pixel's ΔE*ab
to the ground, since a deep shadow near the product falls off faster than a faint one."""
GRAIN_ROOM = 2.0
"""How many times the border's own median step a step may be larger: noise is no edge."""
NARROW_PX = 2
"""A shadow does not pass where its way is not twice as wide: an edge that fades in one place is an edge still."""
WALLED_SHARE = 0.7
"""A shadow is open to the ground on one side. One that edges and product enclose by more than this is product."""
DOUBT = 0.4
"""What is left of the confidence where such a piece was found (white on white, grey on grey), and of a mask that
reaches from side to side: a close-up may, but so does the floor of a room."""
TEXTURE = (3.0, 4.2)
"""ΔE*ab of the ground's texture up to which it counts as calm, and from which no mask is trusted."""
WINDOW_SHARE = 0.002
"""Enclosed ground of at least this share of the picture is seen through the product: under a handle, in a chair."""
SECOND_PART = 0.15
"""Parts of at least this share of the largest belong to the product too: a pair of shoes is two parts."""

_NOTHING: Final[NDArray[np.float64]] = np.ones(1)


@dataclass(frozen=True, slots=True)
class ProductMask:
    """`mask` (H, W) true on the product; `confidence` 0..1, below 0.5 do not build on it; `method` with its version.

    `crosses` are the sides at which the frame cuts the product, and `border_confidence` 0..1 is of that alone: a doubt
    about pieces inside, or a border that the product covers to a large part, do not lower it. It is of a cut that is
    seen; that a product is whole is only as sure as `confidence`.
    """

    mask: Mask
    confidence: float
    method: str
    crosses: tuple[Side, ...] = ()
    border_confidence: float = 0.0

    def __post_init__(self) -> None:
        self.mask.setflags(write=False)

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """(left, top, right, bottom) in pixels, right and bottom exclusive; None for an empty mask."""
        return mask_box(self.mask)


def mask_box(mask: Mask) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) in pixels, right and bottom exclusive; None for an empty mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def plain_background_mask(pixels: Pixels) -> ProductMask:
    """The product's mask of a picture (H, W, 3) uint8 on a plain ground."""
    height, width = pixels.shape[:2]
    factor = -(-max(height, width) // WORKING_SIDE_PX)
    linear = shrunk_light(pixels, factor)
    lab = lab_from_linear(linear)
    ground = fit_plain_ground(linear)
    small, doubtful = _product(linear, lab, ground)
    mask = np.repeat(np.repeat(small, factor, axis=0), factor, axis=1)[:height, :width]
    away = difference(lab, ground.lab)
    plain = float(np.clip((ground.plainness - 0.5) / 0.3, 0.0, 1.0))
    crosses = crossed_sides(small, away)
    clear = _clearness(small, away) * _calmness(texture_of(lab, ground)) * (DOUBT if spans(crosses) else 1.0)
    return ProductMask(
        mask=mask,
        confidence=clear * plain * (DOUBT if doubtful else 1.0),
        method=METHOD,
        crosses=crosses,
        border_confidence=clear * (1.0 if plain_but_crossed(ground) else plain),
    )


def _product(linear: Colours, lab: Colours, ground: PlainGround) -> tuple[Mask, bool]:
    """The mask, and whether a piece of it looked like shadow."""
    away = difference(lab, ground.lab)
    near = away <= np.clip(4 * ground.spread, *GROUND_LIMIT)
    steps = _steps(lab)
    grain = float(np.median(steps[border_ring(*steps.shape)]))
    soft = steps <= np.maximum(SHADOW_STEP[0], SHADOW_STEP[1] * away) + GRAIN_ROOM * grain
    shadow = near.copy()
    maybe = soft & ~near
    shadow[maybe] = shadow_hued(linear[maybe], lab[maybe], ground.colour[maybe])
    wide = near | eroded(shadow, NARROW_PX)
    outside, windows = _reached(wide, near)
    outside = grown(outside, NARROW_PX, shadow)
    walled = _walled(outside & ~near, outside)
    parts = _large_parts(opened(~outside | walled))
    return filled(parts) & ~windows, bool(walled.any())


def _reached(passable: Mask, near: Mask) -> tuple[Mask, Mask]:
    """What is connected to the border through `passable`, and the enclosed parts of it that are ground all the same."""
    labels, count = scipy.ndimage.label(passable)
    numbers = np.arange(count + 1)
    at_edge = np.isin(numbers, np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    grounds = np.bincount(labels[near], minlength=count + 1)
    window = ~at_edge & (areas >= WINDOW_SHARE * passable.size) & (grounds >= 0.5 * areas)
    at_edge[0] = window[0] = False
    return at_edge[labels], window[labels]


def _walled(shadow: Mask, outside: Mask) -> Mask:
    """The parts of a shadow that touch mostly what is not ground."""
    labels, _ = scipy.ndimage.label(shadow)
    walled = np.zeros(shadow.shape, dtype=np.bool_)
    for number, place in enumerate(scipy.ndimage.find_objects(labels), 1):
        window = tuple(slice(max(0, span.start - 1), span.stop + 1) for span in place)
        part = labels[window] == number
        if part.sum() < WINDOW_SHARE * shadow.size:
            continue
        ring = scipy.ndimage.binary_dilation(part) & ~part
        if ring.any() and (ring & ~outside[window]).sum() > WALLED_SHARE * ring.sum():
            walled[window] |= part
    return walled


def _large_parts(mask: Mask) -> Mask:
    labels, count = scipy.ndimage.label(mask, structure=np.ones((3, 3)))
    if count == 0:
        return mask
    areas = np.bincount(labels.ravel())[1:]
    return np.asarray(np.isin(labels, 1 + np.flatnonzero(areas >= SECOND_PART * areas.max())))


def shadow_hued(linear: Colours, lab: Colours, ground: Colours) -> Mask:
    """Whether each pixel (N, 3) is its ground in less light: linear light scales, hue stays."""
    share = over_channels(linear * ground) / np.maximum(over_channels(ground**2), 1e-6)
    dimmed = lab_from_linear(np.clip(share[..., None] * ground, 0.0, 1.0))
    lit = (share >= SHADOW_LIGHT[0]) & (share <= SHADOW_LIGHT[1])
    return np.asarray(lit & (difference(lab, dimmed) <= SHADOW_HUE_LIMIT))


def _steps(lab: Colours) -> NDArray[np.float64]:
    """(H, W) ΔE*ab per pixel, over a Gaussian of half a pixel."""
    across, along = (
        np.asarray(cv2.sepFilter2D(lab, cv2.CV_64F, *kernels, borderType=cv2.BORDER_REFLECT), dtype=np.float64)
        for kernels in ((_slope(), _NOTHING), (_NOTHING, _slope()))
    )
    return np.asarray(np.sqrt(over_channels(across**2 + along**2)))


@cache
def _slope() -> NDArray[np.float64]:
    """(7,) a Gaussian's first derivative. Made when it is needed: SciPy's filters are slow to import."""
    return np.asarray(scipy.ndimage.gaussian_filter1d(np.eye(7)[3], 0.7, order=1), dtype=np.float64)


def _calmness(texture: float) -> float:
    """0..1: on a carpet or on planks the pattern itself looks like product."""
    return float(np.clip((TEXTURE[1] - texture) / (TEXTURE[1] - TEXTURE[0]), 0.0, 1.0))


def _clearness(mask: Mask, away: NDArray[np.float64]) -> float:
    """The product of: does the product stand out, is it neither nothing nor everything. 0..1."""
    if not mask.any():
        return 0.0
    contrast = np.clip((np.median(away[mask]) - 3.0) / 7.0, 0.0, 1.0)
    share = mask.mean()
    size = np.clip(share / 0.005, 0.0, 1.0) * np.clip((0.97 - share) / 0.1, 0.0, 1.0)
    return float(contrast * size)

"""What would be lost if all around a product became white: told before it is done, from colours and edges.

A mask may be sure and wrong all the same: a pale sleeve on pale paper is taken for ground, a pale sole for shadow.
So what would become white is looked at apart from the mask: is it of the ground's colours, is it shadow, or does an
outline hold it to the product? Works on pictures of at most 384 pixels a side; shares are of the product's area.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.channels.pockets import pockets
from packshot.product import (
    Colours,
    Cutout,
    PlainGround,
    border_ring,
    difference,
    fit_plain_ground,
    lab_from_linear,
    shrunk,
)
from packshot.product.mask import WORKING_SIDE_PX
from packshot.product.shrunk import shrunk_light
from packshot.result import Pixels

Mask = NDArray[np.bool_]
Distance = NDArray[np.float64]

NEAR_PX: Final = 2
"""About the mask nothing is judged: its edge is good to so much."""
FOREIGN_AWAY: Final = 12.0
"""ΔE*ab to the ground, and to the ground in less light, from which something is neither ground nor shadow."""
FOREIGN_HUE: Final = 8.0
FOREIGN_SHARE: Final = 0.02
BRIGHT_AWAY, BRIGHT_SHARE = 4.0, 0.004
"""ΔE*ab (or more, where the border itself is not so even) and share of what is brighter than the ground. Of 47 renders
that would be whitened, two lose more than 1 % of their product by it (a black handle, a black knob on black): 0.012 and
0.031 of them is such; of all others, and of ten photos, 0.0005 at most."""
LOST_AWAY: Final = 4.0
"""ΔE*ab to the ground from which a patch that the product or an outline encloses is no window through it."""
LOST_SHARE: Final = 0.03
WINDOW_SHARE: Final = 0.01
HANGING_SHARE: Final = 0.025
"""Measured on 44 renders and ten photos that were whitened. Of renders with pieces of the ground above 2 %, all 8 on
coloured grounds are told (and 4 without any), 1 of 5 on white, grey or black; of photos those with large pieces."""
COLOURED, SHADOWED_HUE = 30.0, 4.0
"""CIELAB chroma of a ground from which its shadow has a hue of its own, and ΔE*ab within which that is met."""
DARK_AWAY: Final = 6.0
SAID_SHADOW: Final = 0.01
MOSTLY_SHADOW: Final = 0.6
BIN: Final = 8.0
"""CIELAB units: the ground's colours are known by the cells of this size that the border holds."""


@dataclass(frozen=True, slots=True)
class Removal:
    """`lost` says why whitening takes away more than ground and shadow (None: it does not), `said` what it takes."""

    lost: str | None
    said: tuple[str, ...]


def examine_removal(pixels: Pixels, cutout: Cutout) -> Removal:
    """What whitening a picture (H, W, 3) around its product would take away."""
    factor = -(-max(pixels.shape[:2]) // WORKING_SIDE_PX)
    product = shrunk(cutout.alpha[..., None].astype(np.float64), factor)[..., 0] >= 128
    if not product.any():
        return Removal("there is no product", ())
    view = _View(shrunk_light(pixels, factor), product, factor, (pixels.shape[1], pixels.shape[0]))
    lost = view.lost()
    return Removal(lost, () if lost is not None else tuple(view.said()))


@dataclass(frozen=True, eq=False)
class _View:
    """The picture (h, w, 3) made smaller, in linear light, and its product; `size` is the picture's own."""

    linear: Colours
    product: Mask
    factor: int
    size: tuple[int, int]

    @cached_property
    def lab(self) -> Colours:
        return lab_from_linear(self.linear)

    @cached_property
    def ground(self) -> PlainGround:
        return fit_plain_ground(self.linear)

    @cached_property
    def away(self) -> Distance:
        """ΔE*ab to the ground."""
        return difference(self.lab, self.ground.lab)

    @cached_property
    def hue(self) -> Distance:
        """ΔE*ab to the ground in the pixel's own light."""
        colour = self.ground.colour
        share = (self.linear * colour).sum(axis=-1) / np.maximum((colour**2).sum(axis=-1), 1e-6)
        return difference(self.lab, lab_from_linear(np.clip(share[..., None] * colour, 0.0, 1.0)))

    @cached_property
    def darker(self) -> Mask:
        """Than the ground."""
        return np.asarray(self.linear.sum(axis=-1) < self.ground.colour.sum(axis=-1))

    @cached_property
    def near(self) -> Mask:
        """The product and what is too close to it to be judged."""
        return np.asarray(scipy.ndimage.binary_dilation(self.product, iterations=NEAR_PX))

    @cached_property
    def of_the_border(self) -> Mask:
        """Of a colour that the border holds: the paper's edge, the table, a pattern of the ground."""
        cells = np.floor(self.lab / BIN).astype(np.int64) + 64
        codes = (cells[..., 0] * 128 + cells[..., 1]) * 128 + cells[..., 2]
        return np.isin(codes, np.unique(codes[border_ring(*self.product.shape) & ~self.product]))

    @cached_property
    def new(self) -> Mask:
        """What would become white and is of no colour that the border holds."""
        return ~self.near & ~self.of_the_border

    @cached_property
    def shadow(self) -> Mask:
        """What would become white and may be shadow."""
        return self.new & self.darker & (self.away > DARK_AWAY) & (self.hue <= FOREIGN_HUE)

    @cached_property
    def pockets(self) -> tuple[Mask, ...]:
        """Patches that the product encloses, or an edge that begins and ends at it."""
        found = pockets(self.lab, self.near)
        return tuple(pocket for pocket in found if self.share(pocket) >= WINDOW_SHARE)

    def lost(self) -> str | None:
        """Why more than ground and shadow would go."""
        foreign = _largest(
            scipy.ndimage.binary_opening(self.new & (self.away > FOREIGN_AWAY) & (self.hue > FOREIGN_HUE))
        )
        if self.share(foreign) >= FOREIGN_SHARE:
            return f"what is neither the ground nor its shadow would go: {self.where(foreign)}"
        uneven = float(np.percentile(self.away[border_ring(*self.near.shape)], 99))
        bright = self.new & ~self.darker & (self.away > max(BRIGHT_AWAY, uneven))
        if self.share(bright) > BRIGHT_SHARE:
            return f"what is brighter than the ground, so no shadow, would go: {self.where(bright)}"
        if self.share(self.shadow) > MOSTLY_SHADOW and _touching(self.shadow, self.near):
            return f"what looks like shadow is {self.percent(self.shadow)} of the product's size: it may be product"
        for pocket in self.pockets:
            if self.share(pocket) >= LOST_SHARE and np.median(self.away[pocket]) > LOST_AWAY:
                return f"a pale part that the product or an outline encloses would go: {self.where(pocket)}"
        return None

    def said(self) -> Iterator[str]:
        """What a person should look at."""
        if self.share(self.shadow) > SAID_SHADOW:
            yield f"a shadow of {self.percent(self.shadow)} of the product's size is removed"
        hanging = self.hanging()
        if self.share(hanging) > HANGING_SHARE:
            alike = f"{self.percent(hanging)} of the product is at its edge in colours of the ground or its shadow"
            yield f"{alike}: look what is left and what is gone"
        for pocket in self.pockets:
            yield f"the product encloses a patch of the ground's colour, which becomes white: {self.where(pocket)}"

    def hanging(self) -> Mask:
        """Parts of the mask that look like the ground and reach its edge: more than a rim of two pixels.

        On white, grey and black a shadow looks like any grey product: there only the ground itself is told.
        """
        alike = (self.away < FOREIGN_AWAY) | self.of_the_border
        chroma = np.hypot(self.ground.lab[..., 1].mean(), self.ground.lab[..., 2].mean())
        if chroma >= COLOURED:
            alike |= self.darker & (self.hue <= SHADOWED_HUE)
        alike &= self.product
        labels, _ = scipy.ndimage.label(alike | ~self.product)
        held = np.isin(labels, np.unique(labels[~self.product]))
        return np.asarray(scipy.ndimage.binary_opening(alike & held))

    def share(self, mask: Mask) -> float:
        """Of the product's area."""
        return float(mask.sum() / self.product.sum())

    def percent(self, mask: Mask) -> str:
        """The same in words."""
        return f"{100 * self.share(mask):.0f} %"

    def where(self, mask: Mask) -> str:
        """How much and where, in the picture's own pixels."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        left, top = int(columns[0]) * self.factor, int(rows[0]) * self.factor
        right = min(self.size[0], (int(columns[-1]) + 1) * self.factor)
        bottom = min(self.size[1], (int(rows[-1]) + 1) * self.factor)
        return f"{self.percent(mask)} of the product's size, within ({left}, {top}, {right}, {bottom}) px"


def _largest(mask: Mask) -> Mask:
    """Its largest part; nothing where there is none."""
    labels, count = scipy.ndimage.label(mask)
    return mask if count == 0 else np.asarray(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])))


def _touching(mask: Mask, near: Mask) -> bool:
    return bool((scipy.ndimage.binary_dilation(mask, iterations=2) & near).any())

"""Whether a picture still shows the product of its source: shape, colour, surface, structure and text, one by one.

All is measured inside the product's mask of the *source*, after taking out what another lamp and another ground may do
(`one_light`), so that neither counts against a product. Says how alike both are; `packshot.review` says how alike they
have to be. Places are compared, so a product that moved or was turned is unlike, though it be the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from packshot.evaluation.ground_light import UNMOVED
from packshot.evaluation.instruments import Instruments
from packshot.evaluation.one_light import OneLight, Plane, one_light
from packshot.evaluation.reading import Reading, read_both
from packshot.evaluation.seen_ground import grounds_of, shown_by_both
from packshot.evaluation.text import quoted, text_likeness
from packshot.evaluation.text_match import unexplained
from packshot.product import DOUBTFUL, Mask, find_cutout, lab_from_linear, linear_from_srgb, plain_background_mask
from packshot.result import Box, Evidence, Pixels

SHAPE, COLOUR, SURFACE, STRUCTURE, TEXT, NEW_TEXT = (
    "identity_shape",
    "identity_colour",
    "identity_surface",
    "identity_structure",
    "identity_text",
    "identity_new_text",
)
UNITS: Final = {SHAPE: None, COLOUR: "ΔE00", SURFACE: "ΔE00", STRUCTURE: None, TEXT: "%", NEW_TEXT: "pieces"}
SOFTER: Final = 0.02
"""Of the product's longer side: what is finer is noise, or a decoder's softness."""
WORST: Final = 3.0
"""Percentile of the surface that has to be alike too: a part of a thirtieth of the product that changed is seen."""
LINE: Final = 0.01
"""Of the product's longer side: the finest lines that are compared."""
WINDOW: Final = 0.06
"""Of it too: the windows that they are compared in."""
FAINT: Final = 80.0
"""(L* per hundredth of the longer side)²: slopes weaker than this, in the mean of a window, are soft reflections and
noise, which a new ground or a decoder changes."""


def identity_evidence(pixels: Pixels, source: Pixels | None, instruments: Instruments) -> list[Evidence]:
    """How alike the product in a picture (H, W, 3) is to that of its source, fitted to the same shape.

    Always of the same names in the same order; what cannot be measured says why, and has no value.
    """
    if source is None or source.shape != pixels.shape:
        reason = (
            "the source picture is not at hand"
            if source is None
            else "the source and the picture cannot be laid over each other"
        )
        return [_nothing(name, reason) for name in UNITS]
    texts = _texts(read_both(pixels, source, instruments))
    untold = tells_product(source)
    if untold is not None:
        return [*(_nothing(name, untold) for name in (SHAPE, COLOUR, SURFACE, STRUCTURE)), *texts]
    product = source_product(source)
    found = _found(pixels)
    lights = [linear_from_srgb(each) for each in (source, pixels)]
    grounds = grounds_of(lights[0], lights[1], product.mask, found.mask if found.is_told else product.mask)
    mask, other = product.mask, found.mask
    if grounds is not None:
        ground = shown_by_both(lights[0], lights[1], grounds)
        mask, other = mask & ~ground, other & ~ground
        mask = mask if mask.any() else product.mask
    compared, box = one_light(lights[0], lights[1], mask, grounds), product.box
    return [_shape(found, other, mask), *_surface(compared, box), _structure(compared, box), *texts]


def tells_product(source: Pixels) -> str | None:
    """Why no product can be told from its ground in a source (H, W, 3); None where one can."""
    product = source_product(source)
    return None if product.is_told else f"no product can be told from the source's background ({product.sure})"


@dataclass(frozen=True, slots=True, eq=False)
class FoundProduct:
    """All that stands before the ground (H, W), and how sure that is, 0..1."""

    mask: Mask
    confidence: float

    @property
    def is_told(self) -> bool:
        """Whether anything may be built on it."""
        return self.confidence >= DOUBTFUL and bool(self.mask.any())

    @property
    def box(self) -> Box:
        """(left, top, right, bottom) in pixels; the whole picture of an empty mask."""
        rows, columns = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        if not rows.size:
            return (0, 0, self.mask.shape[1], self.mask.shape[0])
        return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)

    @property
    def sure(self) -> str:
        """The confidence in words."""
        return f"confidence {self.confidence:.2f} of 1"


def source_product(source: Pixels) -> FoundProduct:
    """The product of a source (H, W, 3), found once for the pictures that are made of it."""
    return _remembered(source.tobytes(), source.shape)


@lru_cache(maxsize=8)
def _remembered(data: bytes, shape: tuple[int, ...]) -> FoundProduct:
    return _found(np.frombuffer(data, dtype=np.uint8).reshape(shape))


def _found(pixels: Pixels) -> FoundProduct:
    """On a plain ground everything that is not ground: of several things all belong to what is sold."""
    plain = plain_background_mask(pixels)
    if plain.confidence >= DOUBTFUL:
        return FoundProduct(plain.mask, plain.confidence)
    cut = find_cutout(pixels, plain=plain)
    return FoundProduct(cut.mask, cut.confidence)


def _shape(found: FoundProduct, other: Mask, mask: Mask) -> Evidence:
    """`found` is the picture's product; `other` and the source's `mask` (H, W) are without what is ground in both."""
    if not found.is_told:
        return _nothing(SHAPE, f"no product can be told from the picture's background ({found.sure})")
    overlap = float((other & mask).sum() / (other | mask).sum())
    return Evidence(
        name=SHAPE,
        value=round(overlap, 4),
        unit=UNITS[SHAPE],
        sentence=f"The product's outline overlaps the source's by {overlap:.2f} (intersection over union, 1 is equal).",
        regions=(found.box,),
    )


def _surface(compared: OneLight, box: Box) -> list[Evidence]:
    """CIEDE2000 (CIE 142-2001) of both surfaces, each softened within the product: the mean, and the worst."""
    from skimage.color import deltaE_ciede2000

    sigma_px = max(1.0, SOFTER * compared.side_px)
    one, other = (
        lab_from_linear(_softened(light, compared.core, sigma_px)[compared.core])
        for light in (compared.source, compared.picture)
    )
    apart = np.asarray(deltaE_ciede2000(one, other))
    mean, worst = float(apart.mean()), float(np.percentile(apart, 100.0 - WORST))
    light = _light_words(compared)
    return [
        Evidence(
            name=COLOUR,
            value=round(mean, 2),
            unit=UNITS[COLOUR],
            sentence=f"The product's colours differ from the source's by {mean:.1f} in the mean (CIEDE2000){light}.",
            regions=(box,),
        ),
        Evidence(
            name=SURFACE,
            value=round(worst, 2),
            unit=UNITS[SURFACE],
            sentence=f"The most unlike thirtieth of its surface differs by {worst:.1f} or more (CIEDE2000).",
            regions=(box,),
        ),
    ]


def _structure(compared: OneLight, box: Box) -> Evidence:
    """How alike both gradients of L* are in windows, of the window that all but the most unlike thirtieth is above.

    The contrast and structure of SSIM (Wang et al., IEEE TIP 13(4), 2004, equation 13), of gradients and not of values:
    neither a lamp nor a soft reflection makes an edge, or takes one away. Of the ground nothing bleeds in: an outline
    on black is another edge than on white.
    """
    sigma_px, side = max(1.0, LINE * compared.side_px), compared.side_px / 100
    one, other = (
        side * _slopes(_softened(lab_from_linear(light)[..., :1], compared.core, sigma_px)[..., 0])
        for light in (compared.source, compared.picture)
    )
    window_px = max(1.5, WINDOW * compared.side_px)
    cross, own, others = (
        _softened(plane[..., None], compared.core, window_px)[..., 0]
        for plane in ((one * other).sum(-1), (one * one).sum(-1), (other * other).sum(-1))
    )
    alike = (2 * cross + FAINT) / (own + others + FAINT)
    value = float(np.percentile(alike[compared.core], WORST))
    return Evidence(
        name=STRUCTURE,
        value=round(value, 4),
        unit=UNITS[STRUCTURE],
        sentence=f"In the most unlike thirtieth of its surface, lines and edges are {value:.2f} like the source's or"
        " less (1 is equal).",
        regions=(box,),
    )


def _slopes(plane: Plane) -> Plane:
    """Both gradients (H, W, 2) of a plane (H, W)."""
    down, across = np.gradient(plane)
    return np.stack((down, across), axis=-1)


def _texts(reading: Reading) -> tuple[Evidence, Evidence]:
    """The source's letters that are kept, and pieces that the source has not, whatever the prompt says."""
    kept = text_likeness(reading)
    of_source = Evidence(name=TEXT, value=kept.value, unit=UNITS[TEXT], sentence=kept.sentence)
    if reading.reason is not None:
        return of_source, _nothing(NEW_TEXT, reading.reason)
    texts = [piece.text for piece in reading.picture]
    new = unexplained(texts, [piece.text for piece in reading.source or ()])
    listed = f"{quoted([texts[k] for k in new])} can be read" if new else "No text can be read"
    return of_source, Evidence(
        name=NEW_TEXT,
        value=float(len(new)),
        unit=UNITS[NEW_TEXT],
        sentence=f"{listed} that the source has not.",
        regions=tuple(reading.picture[k].box for k in new),
    )


def _softened(light: Plane, inside: Mask, sigma_px: float) -> Plane:
    """Blurred within the mask (H, W) alone: the ground does not bleed in."""
    weight = inside.astype(np.float64)
    spread = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma_px), 1e-6)
    blurred = cv2.GaussianBlur(light * weight[..., None], (0, 0), sigma_px)
    return np.asarray(blurred.reshape(light.shape) / spread[..., None])


def _light_words(compared: OneLight) -> str:
    lamp, thrown = compared.lamp, bool(np.abs(compared.change).max() >= UNMOVED)
    taken = []
    if abs(lamp.gain - 1.0) >= 0.02 or np.ptp(lamp.gains) >= 0.04:
        taken.append(f"a light {lamp.gain:.2f} times as bright")
    if thrown:
        taken.append("what another ground may throw onto it")
    return f", after taking out {' and '.join(taken)}" if taken else ""


def _nothing(name: str, reason: str) -> Evidence:
    return Evidence(name=name, value=None, unit=UNITS[name], sentence=f"Not evaluated: {reason}.")

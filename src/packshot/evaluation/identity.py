"""Whether a picture still shows the product of its source: shape, colour, surface, structure and text, one by one.

All is measured inside the product's mask of the *source*, after taking out what another lamp may do, so that neither a
new ground nor another light counts against a product. Says how alike both are; `packshot.review` says how alike they
have to be. Places are compared, so a product that moved or was turned is unlike, though it be the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.evaluation.instruments import Instruments
from packshot.evaluation.lamp import Lamp, lamp_between
from packshot.evaluation.reading import Reading, read_both
from packshot.evaluation.text import quoted, text_likeness
from packshot.evaluation.text_match import unexplained
from packshot.product import Cutout, Mask, find_cutout, lab_from_linear, linear_from_srgb, shrunk
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
SIDE_MAX_PX: Final = 512
"""Larger pictures are compared at a whole part of their size: a product's look does not lie in single pixels."""
SOFTER: Final = 0.02
"""Of the product's longer side: what is finer is noise, or a decoder's softness."""
WORST: Final = 97.0
"""Percentile of the surface that has to be alike: a part of a thirtieth of the product that changed is seen."""
CORE_LEAST_PX: Final = 50
WINDOW: Final = 0.03
"""Of the product's longer side: the windows that structure is compared in."""
CONTRAST_FLOOR: Final = 25.0
"""L*², what a window's variance has to reach to count: of two flat places nobody can say that they differ."""

Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Both in linear light (H, W, 3) under the picture's lamp, and the source's product: its core, its longer side."""

    source: Plane
    picture: Plane
    core: Mask
    side_px: int
    lamp: Lamp


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
    product = source_product(source)
    reason = tells_product(source)
    if reason is not None or product.box is None:
        return [*(_nothing(name, str(reason)) for name in (SHAPE, COLOUR, SURFACE, STRUCTURE)), *texts]
    compared = _compared(source, pixels, product)
    return [_shape(pixels, product), *_surface(compared, product.box), _structure(compared, product.box), *texts]


def tells_product(source: Pixels) -> str | None:
    """Why no product can be told from its ground in a source (H, W, 3); None where one can."""
    product = source_product(source)
    if product.mask.any() and not product.is_doubtful:
        return None
    return f"no product can be told from the source's background ({_sure(product)})"


def source_product(source: Pixels) -> Cutout:
    """The product of a source (H, W, 3), found once for the pictures that are made of it."""
    return _found(source.tobytes(), source.shape)


@lru_cache(maxsize=8)
def _found(data: bytes, shape: tuple[int, ...]) -> Cutout:
    return find_cutout(np.frombuffer(data, dtype=np.uint8).reshape(shape))


def _compared(source: Pixels, pixels: Pixels, product: Cutout) -> _Compared:
    factor = -(-max(source.shape[:2]) // SIDE_MAX_PX)
    core = product.core() if product.core().sum() >= CORE_LEAST_PX else product.mask
    one, other = (linear_from_srgb(each) for each in (source, pixels))
    if factor > 1:
        one, other = (np.asarray(shrunk(each, factor)) for each in (one, other))
        core = np.asarray(shrunk(core[..., None].astype(np.float64), factor)[..., 0] > 0.99)
    lamp = lamp_between(one[core], other[core])
    rows, columns = np.nonzero(core)
    side = int(max(np.ptp(rows), np.ptp(columns))) + 1
    return _Compared(lamp.on(one), other, core, side, lamp)


def _shape(pixels: Pixels, product: Cutout) -> Evidence:
    found = find_cutout(pixels)
    if not found.mask.any() or found.is_doubtful:
        return _nothing(SHAPE, f"no product can be told from the picture's background ({_sure(found)})")
    overlap = float((found.mask & product.mask).sum() / (found.mask | product.mask).sum())
    return Evidence(
        name=SHAPE,
        value=round(overlap, 4),
        unit=UNITS[SHAPE],
        sentence=f"The product's outline overlaps the source's by {overlap:.2f} (intersection over union, 1 is equal).",
        regions=_boxes(found.box),
    )


def _surface(compared: _Compared, box: Box) -> list[Evidence]:
    """CIEDE2000 (CIE 142-2001) of both surfaces, each softened within the product: the mean, and the worst."""
    from skimage.color import deltaE_ciede2000

    sigma_px = max(1.0, SOFTER * compared.side_px)
    one, other = (
        lab_from_linear(_softened(light, compared.core, sigma_px)[compared.core])
        for light in (compared.source, compared.picture)
    )
    apart = np.asarray(deltaE_ciede2000(one, other))
    mean, worst = float(apart.mean()), float(np.percentile(apart, WORST))
    light = _light_words(compared.lamp)
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


def _structure(compared: _Compared, box: Box) -> Evidence:
    """Contrast and structure of SSIM (Wang et al., IEEE TIP 13(4), 2004, equation 13 without luminance), on L*."""
    one, other = (
        cv2.GaussianBlur(lab_from_linear(light)[..., 0], (0, 0), max(1.0, SOFTER / 2 * compared.side_px))
        for light in (compared.source, compared.picture)
    )
    sigma_px = max(1.5, WINDOW * compared.side_px)
    mean_one, mean_other, square_one, square_other, cross = (
        cv2.GaussianBlur(plane, (0, 0), sigma_px) for plane in (one, other, one * one, other * other, one * other)
    )
    covariance = cross - mean_one * mean_other
    variances = square_one - mean_one**2 + square_other - mean_other**2
    alike = (2 * covariance + CONTRAST_FLOOR) / (variances + CONTRAST_FLOOR)
    value = float(alike[compared.core].mean())
    return Evidence(
        name=STRUCTURE,
        value=round(value, 4),
        unit=UNITS[STRUCTURE],
        sentence=f"Where the source has its product, lines and relief are {value:.2f} like it (1 is equal).",
        regions=(box,),
    )


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
    return np.asarray(cv2.GaussianBlur(light * weight[..., None], (0, 0), sigma_px) / spread[..., None])


def _light_words(lamp: Lamp) -> str:
    if abs(lamp.gain - 1.0) < 0.02 and np.ptp(lamp.gains) < 0.04:
        return ""
    return f", after taking out a light {lamp.gain:.2f} times as bright"


def _boxes(box: Box | None) -> tuple[Box, ...]:
    return () if box is None else (box,)


def _sure(product: Cutout) -> str:
    return f"confidence {product.confidence:.2f} of 1"


def _nothing(name: str, reason: str) -> Evidence:
    return Evidence(name=name, value=None, unit=UNITS[name], sentence=f"Not evaluated: {reason}.")

"""Light and sharpness: of the product where its mask can be trusted, else of the whole picture, and said which.

Sharpness is the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000). It says how much fine
contrast there is, and nothing about whether that detail is right.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.evaluation.framing import TRUST
from packshot.product import ProductMask, lab_from_srgb
from packshot.result import Box, Evidence, Pixels

AREAS_MAX = 3
AREA_SHARE = 0.0005
"""Clipped areas of at least this share of the picture are pointed at, the largest few."""

LUMA = np.array([0.299, 0.587, 0.114])
"""ITU-R BT.601, section 2.5.1."""


def luma(pixels: Pixels) -> NDArray[np.float64]:
    """(H, W) grey levels 0..255 of sRGB pixels (H, W, 3)."""
    return np.asarray(pixels @ LUMA)


def exposure_evidence(pixels: Pixels, product: ProductMask) -> list[Evidence]:
    """Mean lightness, clipped highlights and shadows, sharpness of a picture (H, W, 3)."""
    trusted = product.confidence >= TRUST and product.box is not None
    where = product.mask if trusted else np.ones(pixels.shape[:2], dtype=np.bool_)
    regions = (product.box,) if trusted and product.box else ()
    what = "product" if trusted else "whole picture"
    lightness = float(lab_from_srgb(pixels[where])[:, 0].mean())
    burnt, lost = ((pixels == level).all(axis=-1) & where for level in (255, 0))
    bright, dark = (100 * float(clipped[where].mean()) for clipped in (burnt, lost))
    sharpness = float(scipy.ndimage.laplace(luma(pixels), mode="nearest")[where].var())
    return [
        Evidence(
            name="lightness",
            value=round(lightness, 2),
            unit="L*",
            sentence=f"The {what} has a mean lightness of {lightness:.0f} of 100.",
            regions=regions,
        ),
        Evidence(
            name="clipped_highlights",
            value=round(bright, 3),
            unit="%",
            sentence=f"{bright:.1f} % of the {what} is burnt out to pure white.",
            regions=_clipped_areas(burnt),
        ),
        Evidence(
            name="clipped_shadows",
            value=round(dark, 3),
            unit="%",
            sentence=f"{dark:.1f} % of the {what} is lost in pure black.",
            regions=_clipped_areas(lost),
        ),
        Evidence(
            name="sharpness",
            value=round(sharpness, 2),
            unit="grey levels²",
            sentence=f"The fine contrast of the {what} is {sharpness:.0f} grey levels² (variance of the Laplacian).",
            regions=regions,
        ),
    ]


def _clipped_areas(clipped: NDArray[np.bool_]) -> tuple[Box, ...]:
    """Boxes around the largest clipped areas, the largest first."""
    if not clipped.any():
        return ()
    labels, count = scipy.ndimage.label(clipped, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    largest = [int(k) for k in np.argsort(-sizes, kind="stable")[:AREAS_MAX] if sizes[k] >= AREA_SHARE * clipped.size]
    places = scipy.ndimage.find_objects(labels)
    return tuple((places[k][1].start, places[k][0].start, places[k][1].stop, places[k][0].stop) for k in largest)

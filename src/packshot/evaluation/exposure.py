"""Light and sharpness: of the product where its mask can be trusted, else of the whole picture, and said which.

Sharpness is the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000). It says how much fine
contrast there is, and nothing about whether that detail is right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from packshot.evaluation.framing import TRUST
from packshot.product import ProductMask, lab_from_srgb
from packshot.result import Evidence, Pixels

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
    bright = 100 * float((pixels[where] == 255).all(axis=-1).mean())
    dark = 100 * float((pixels[where] == 0).all(axis=-1).mean())
    sharpness = float(ndimage.laplace(luma(pixels), mode="nearest")[where].var())
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
            regions=regions,
        ),
        Evidence(
            name="clipped_shadows",
            value=round(dark, 3),
            unit="%",
            sentence=f"{dark:.1f} % of the {what} is lost in pure black.",
            regions=regions,
        ),
        Evidence(
            name="sharpness",
            value=round(sharpness, 2),
            unit="grey levels²",
            sentence=f"The fine contrast of the {what} is {sharpness:.0f} grey levels² (variance of the Laplacian).",
            regions=regions,
        ),
    ]

"""What stands around the product, measured at the picture's border (2 % of the shorter side)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.evaluation.colour_names import colour_name
from packshot.product import Colours, border_ring, difference, lab_from_srgb
from packshot.result import Evidence, Pixels

EVEN_BELOW = 5.0
"""ΔE*ab that an eye sees, but does not mind in a studio's fall-off."""


@dataclass(frozen=True, slots=True)
class Border:
    """The border in numbers.

    `lab` (3,) is the median colour in CIELAB, `pure_white` the share 0..1 of pixels of exactly 255, 255, 255, and
    `unevenness` the ΔE*ab to the median within which 95 % of the pixels are.
    """

    lab: Colours
    pure_white: float
    unevenness: float


def measure_border(pixels: Pixels) -> Border:
    """The border of a picture (H, W, 3)."""
    ring = pixels[border_ring(*pixels.shape[:2])]
    lab = lab_from_srgb(ring)
    median = np.median(lab, axis=0)
    return Border(
        lab=median,
        pure_white=float(np.mean((ring == 255).all(axis=-1))),
        unevenness=float(np.quantile(difference(lab, median), 0.95)),
    )


def background_evidence(border: Border) -> list[Evidence]:
    """Colour, share of pure white, unevenness."""
    name = colour_name(border.lab)
    lightness, a, b = (float(value) for value in border.lab)
    white = 100 * border.pure_white
    even, spread = ("even" if border.unevenness <= EVEN_BELOW else "uneven"), border.unevenness
    return [
        Evidence(
            name="background_colour",
            value=name,
            unit=None,
            sentence=f"The background is {name} (CIELAB {lightness:.0f}, {a:.0f}, {b:.0f}).",
        ),
        Evidence(
            name="background_lightness",
            value=round(lightness, 2),
            unit="L*",
            sentence=f"The background has lightness {lightness:.1f} of 100.",
        ),
        Evidence(
            name="background_pure_white",
            value=round(white, 2),
            unit="%",
            sentence=f"{white:.1f} % of the border is pure white (255, 255, 255).",
        ),
        Evidence(
            name="background_unevenness",
            value=round(border.unevenness, 2),
            unit="ΔE*ab",
            sentence=f"The background is {even}: 95 % of the border is within {spread:.1f} ΔE*ab of its colour.",
        ),
    ]

"""Colour cast: how much colour is in a ground that should have none.

Nothing in a picture says by itself that it ought to be neutral. A ground does where a white or grey one was asked for,
or where none was asked for and it looks white or grey; then its chroma in CIELAB, √(a*² + b*²), is the ΔE*ab to the
neutral of its lightness (CIE 15:2018, section 8.2.1). On a coloured or black ground nothing is evaluated.
"""

from __future__ import annotations

import math
from typing import Final

from packshot.evaluation.asked_ground import asked_colour
from packshot.evaluation.border import Border
from packshot.result import Evidence

NEUTRAL: Final = ("white", "grey")
SEEN_FROM: Final = 3.0
"""ΔE*ab that an eye sees on a ground by itself."""
HUES: Final = (
    (45, "red"), (85, "orange"), (120, "yellow"), (180, "green"), (230, "cyan"), (300, "blue"), (318, "violet"),
    (350, "pink"), (361, "red"),
)  # fmt: skip
"""CIELAB's hue angle in degrees, up to which a tint is called so: half way between sRGB's pure hues."""


def colour_cast_evidence(border: Border, prompt: str) -> Evidence:
    """The chroma of a ground that should be neutral."""
    asked = asked_colour(prompt)
    if asked is not None and asked not in NEUTRAL:
        return _nothing(f"the prompt asks for a {asked} background, and nothing else is surely neutral")
    looks = border.name
    if asked is None and looks not in NEUTRAL:
        return _nothing(f"the background is {looks or 'of no one colour'}, and nothing else is surely neutral")
    a, b = float(border.lab[1]), float(border.lab[2])
    chroma = math.hypot(a, b)
    should = f"The background, asked to be {asked}," if asked else f"The {looks} background"
    tint = f" towards {_hue(a, b)}" if chroma >= SEEN_FROM else ", no cast that an eye sees"
    return Evidence(
        name="colour_cast",
        value=round(chroma, 2),
        unit="ΔE*ab",
        sentence=f"{should} is {chroma:.1f} ΔE*ab from neutral{tint}.",
    )


def _hue(a: float, b: float) -> str:
    angle = math.degrees(math.atan2(b, a)) % 360
    return next(name for bound, name in HUES if angle < bound)


def _nothing(reason: str) -> Evidence:
    return Evidence(name="colour_cast", value=None, unit="ΔE*ab", sentence=f"Not evaluated: {reason}.")

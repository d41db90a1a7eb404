"""Colour, lightness, share of pure white and unevenness of what stands around the product, as evidence."""

from __future__ import annotations

from packshot.evaluation.border import Border
from packshot.evaluation.colour_names import colour_words
from packshot.result import Evidence

EVEN_BELOW = 5.0
"""ΔE*ab that an eye sees, but does not mind in a studio's fall-off."""

NO_ONE_COLOUR = "no one colour"
WORTH_NAMING = 0.1
"""Share of the border from which a colour among several is named."""


def background_evidence(border: Border) -> list[Evidence]:
    """Colour, lightness, share of pure white, unevenness."""
    lightness, a, b = (float(value) for value in border.lab)
    white, spread = 100 * border.pure_white, border.unevenness
    even = "even" if spread <= EVEN_BELOW else "uneven"
    middle = ", ".join(str(int(level)) for level in border.levels)
    exact = f"; its middle value is {middle}" if int(border.levels.min()) < 255 else ""
    return [
        Evidence(
            name="background_colour",
            value=border.name or NO_ONE_COLOUR,
            unit=None,
            sentence=f"The background {is_called_so(border)} (CIELAB {lightness:.0f}, {a:.0f}, {b:.0f})."
            if border.name
            else f"The background {is_called_so(border)}.",
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
            sentence=f"{white:.1f} % of the border is pure white (255, 255, 255){exact}.",
        ),
        Evidence(
            name="background_unevenness",
            value=round(spread, 2),
            unit="ΔE*ab",
            sentence=f"The background is {even}: 95 % of the border is within {spread:.1f} ΔE*ab of its colour.",
        ),
    ]


def is_called_so(border: Border) -> str:
    """Such as "is light grey" or "has no one colour: 55 % of its border is brown, 30 % grey"."""
    if border.name:
        return f"is {colour_words(border.lab)}"
    (first, most), *others = border.names
    also = "".join(f", {100 * share:.0f} % {name}" for name, share in others if share >= WORTH_NAMING)
    return f"has no one colour: {100 * most:.0f} % of its border is {first}{also}"

"""Is the background the one that the prompt asks for?

White is judged as a shop and an eye would: as asked where at least nine tenths of the ground are white beside a white
page (lightness 95 and more, hardly a tint), and then it is still said whether that is pure white. Grey, a tint, and a
white middle with grey corners are not what was asked for.
"""

from __future__ import annotations

import numpy as np

from packshot.evaluation.asked_ground import AskedGround, asked_ground
from packshot.evaluation.background import is_called_so
from packshot.evaluation.border import Border
from packshot.evaluation.colour_names import is_called
from packshot.evaluation.ground_words import LIGHT
from packshot.product import difference, lab_from_srgb
from packshot.result import Evidence

NAME = "background_as_asked"

WHITE_SHARE = 0.9
"""Of the ground: the rest may be a shadow that runs out of the picture."""
PURE_SHARE = 0.99
"""Of the border's pixels: what a product's soft edge takes is no matter."""
LIGHT_FROM, DARK_BELOW = 62.0, 50.0
"""L* that "light" and "dark" ask for, whatever the colour."""
CODE_LIMIT = 10.0
"""ΔE*ab from a colour that was given exactly."""


def asked_background_evidence(border: Border, prompt: str) -> Evidence:
    """Value yes or no; None where the prompt asks for no one colour."""
    asked = asked_ground(prompt)
    if asked is None:
        return Evidence(
            name=NAME, value=None, unit=None, sentence="Not evaluated: the prompt asks for no one background colour."
        )
    article = "An" if asked.words[0] in "aeiou" else "A"
    matches = _white(border) if asked.names == ("white",) else _coloured(border, asked)
    return Evidence(
        name=NAME,
        value="yes" if matches else "no",
        unit=None,
        sentence=f"{article} {asked.words} background was asked for, and it {_found(border, asked, matches)}.",
    )


def _white(border: Border) -> bool:
    return border.name == "white" and border.white >= WHITE_SHARE


def _coloured(border: Border, asked: AskedGround) -> bool:
    if border.name is None:
        return False
    if asked.levels is not None:
        return bool(difference(border.lab, lab_from_srgb(np.array(asked.levels, np.uint8))) <= CODE_LIMIT)
    lightness = border.lab[0]
    shaded = asked.shade is None or (lightness >= LIGHT_FROM if asked.shade == LIGHT else lightness < DARK_BELOW)
    return bool(shaded) and any(is_called(border.lab, name) for name in asked.names)


def _found(border: Border, asked: AskedGround, matches: bool) -> str:
    lightness = f" (lightness {border.lab[0]:.0f} of 100)" if border.name else ""
    pure = f", {100 * border.pure_white:.0f} % of its border pure white"
    if asked.names != ("white",):
        named = matches and asked.shade is None and asked.levels is None
        return f"is {asked.names[0]}{lightness}" if named else f"{is_called_so(border)}{lightness}"
    if not matches and border.name == "white":
        name, share = next(entry for entry in border.names if entry[0] != "white")
        return f"is white in places only, {100 * share:.0f} % of its border is {name}{pure}"
    if not matches:
        return f"{is_called_so(border)}{lightness}{pure}"
    if border.pure_white >= PURE_SHARE:
        return f"is pure white{pure}"
    partly = "not all of it pure white" if border.pure_white >= 0.5 else "but not pure white"
    return f"is white, {partly}{lightness}{pure}"

"""Is the background the one that the prompt asks for?

Reads plain English such as "on a pure white background", "red backdrop", "isolated on white". Understands nothing else:
where the prompt names no colour of the ground, or several, nothing is evaluated.
"""

from __future__ import annotations

import re

from packshot.evaluation.background import Border
from packshot.evaluation.colour_names import COLOUR_NAMES, colour_name, is_called
from packshot.result import Evidence

SAME = {"gray": "grey", "violet": "purple", "cream": "beige", "ivory": "beige", "navy": "blue", "magenta": "pink"}
WORDS = "|".join((*COLOUR_NAMES, *SAME))
BETWEEN = r"(?:plain|solid|seamless|studio|paper|clean|uniform|pure|smooth|empty|coloured|colored)"
GROUND = re.compile(rf"\b({WORDS})(?:[\s-]+{BETWEEN})*\s+(?:back[\s-]?ground|backdrop)s?\b", re.IGNORECASE)
ON_COLOUR = re.compile(rf"\bon\s+(?:(?:a|{BETWEEN})\s+)*({WORDS})\s*(?=[,.;]|$)", re.IGNORECASE)
MIXED = re.compile(rf"\b(?:{WORDS})\s*(?:and|or|to|,|/|-)\s*$", re.IGNORECASE)

NAME = "background_as_asked"


def asked_colour(prompt: str) -> str | None:
    """The one colour name that a prompt gives its ground; None where it gives none, or more than one."""
    found = set()
    for match in (*GROUND.finditer(prompt), *ON_COLOUR.finditer(prompt)):
        if MIXED.search(prompt[: match.start(1)]):
            return None
        word = match.group(1).lower()
        found.add(SAME.get(word, word))
    return found.pop() if len(found) == 1 else None


def asked_background_evidence(border: Border, prompt: str) -> Evidence:
    """Value yes or no; None where the prompt asks for no one colour."""
    asked = asked_colour(prompt)
    if asked is None:
        return Evidence(
            name=NAME, value=None, unit=None, sentence="Not evaluated: the prompt asks for no one background colour."
        )
    article = "An" if asked[0] in "aeiou" else "A"
    matches = is_called(border.lab, asked)
    white = f", {100 * border.pure_white:.0f} % of its border pure white" if asked == "white" else ""
    return Evidence(
        name=NAME,
        value="yes" if matches else "no",
        unit=None,
        sentence=f"{article} {asked} background was asked for, and it is {_words(border, asked, matches)}{white}.",
    )


def _words(border: Border, asked: str, matches: bool) -> str:
    found = asked if matches else colour_name(border.lab)
    return f"{found} (lightness {border.lab[0]:.0f} of 100)"

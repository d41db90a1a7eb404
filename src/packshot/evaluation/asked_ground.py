"""Which colour a prompt gives its ground, read from plain English and French.

Understands "on a pure white seamless background", "light grey backdrop", "isolated on white", "against a dark grey
wall", "background: #f0f0f0", "sur fond gris clair". Understands no scenes: where the prompt names no colour of the
ground ("on a marble table"), denies it ("no white background"), or names several, there is nothing to compare with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from packshot.evaluation.colour_names import colour_name
from packshot.evaluation.ground_words import ENGLISH, FRENCH, SHADED, SHADES, ColourWord
from packshot.product import lab_from_srgb

Levels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AskedGround:
    """`words` as a sentence says them, `names` that fit with the asked one first, `shade` light, dark or None.

    `levels` is the sRGB colour where the prompt gives an exact one.
    """

    words: str
    names: tuple[str, ...]
    shade: str | None = None
    levels: Levels | None = None


def _any_of(words: tuple[str, ...]) -> str:
    """Longer ones first: "bleu marine" before "bleu"."""
    return "|".join(sorted(words, key=len, reverse=True))


WORDS = {**FRENCH, **ENGLISH}
SHADE = _any_of(tuple(SHADES))
CODE = r"(?P<code>#[0-9a-f]{6}\b|#[0-9a-f]{3}\b|rgb\s*\(?\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\b\)?)"
PLAIN = (
    "(?:plain|solid|seamless|studio|paper|clean|uniform|pure|smooth|empty|coloured|colored|colou?r|simple|neutral|"
    "bright|crisp|matte|flat|minimal|minimalist|soft|vivid|blank|infinite|photography|photo)"
)
COLOUR = rf"(?:(?:(?P<shade>{SHADE})[\s-]+)?\b(?P<word>{_any_of(tuple(ENGLISH))})\b|{CODE})(?:[\s-]+{PLAIN})*"
BEFORE = rf"(?:(?:an?|the|{PLAIN})[\s-]+)*"
GROUND = r"(?:back[\s-]?grounds?|back[\s-]?drops?|bg|seamless|sweep|cyclorama|infinity\s+cove)\b"
PLACE = r"(?:wall|surface|paper|card|canvas|studio|void|space|cove)\b"
STAND = r"\b(?:on|onto|against|over|upon|in\s+front\s+of|before)"
AFTER = r"(?=\s*(?:[,.;:!)]|$)|\s+(?:with|without|and\s+soft|in|at|from|by|for|under)\b)"

COLOUR_FR = (
    rf"(?:\b(?P<word>{_any_of(tuple(FRENCH))})\b(?:\s+(?:uni|pur|mat|neutre|très))*(?:\s+(?P<shade>{SHADE})\b)?"
    rf"(?P<mixed>\s+(?:et|ou|à)\s+(?:{_any_of(tuple(FRENCH))})\b)?|{CODE})"
)
UNI = r"(?:\s+(?:de\s+studio|studio|uni|unie|uniforme|neutre|pur|pure|lisse|de\s+couleur|couleur))*\s*:?\s+"

PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{COLOUR}[\s-]+(?P<gradient>gradient\s+)?{GROUND}",
        rf"\b{GROUND}(?:\s*colou?r)?\s*(?:is|of|in|:|=|\()?\s*{BEFORE}{COLOUR}{AFTER}",
        rf"{STAND}\s+{BEFORE}{COLOUR}{AFTER}",
        rf"(?:{STAND}|\bin|\binside)\s+{BEFORE}{COLOUR}[\s-]+{PLACE}{AFTER}",
        rf"\b(?:fond|arrière[\s-]plan){UNI}{COLOUR_FR}",
        rf"\b(?:sur|devant)\s+(?:une?\s+|du\s+|le\s+)?(?:mur|papier|surface){UNI}{COLOUR_FR}",
        rf"\b(?:détourée?s?|isolée?s?|posée?s?)\s+sur\s+(?:du\s+|un\s+)?{COLOUR_FR}",
    )
)
MIXED = re.compile(rf"\b(?:{_any_of(tuple(WORDS))})\s*(?:\b(?:and|or|to|et|ou|à)\b|[/&-])\s*$", re.IGNORECASE)
DENIED = re.compile(
    r"\b(?:no|not|non|never|without|sans|pas\s+de|instead\s+of|rather\s+than|avoid)[\s-]+(?:(?:an?|on|the|un|sur)\s+)*$",
    re.IGNORECASE,
)


def asked_ground(prompt: str) -> AskedGround | None:
    """The one colour that a prompt gives its ground; None where it gives none, or more than one."""
    found: dict[str, AskedGround] = {}
    for match in (one for pattern in PATTERNS for one in pattern.finditer(prompt)):
        told = match.groupdict()
        starts = [match.start(name) for name in ("shade", "word", "code") if told[name]]
        if DENIED.search(prompt[: match.start()]) or DENIED.search(prompt[: min(starts)]):
            continue
        if told.get("mixed") or told.get("gradient") or MIXED.search(prompt[: min(starts)]):
            return None
        ground = _named(told["shade"], told["word"]) if told["word"] else _coded(told["code"])
        found.setdefault(ground.names[0], ground)
    return found.popitem()[1] if len(found) == 1 else None


def asked_colour(prompt: str) -> str | None:
    """The one colour name that a prompt gives its ground; None where it gives none, or more than one."""
    ground = asked_ground(prompt)
    return None if ground is None else ground.names[0]


def _named(shade: str | None, word: str) -> AskedGround:
    known: ColourWord = WORDS[word.lower()]
    own = known.names[0]
    meant = SHADES[shade.lower()] if shade else known.shade
    also = SHADED.get((meant, own), ()) if meant else ()
    plain = word.lower() if known.shade or len(known.names) > 1 else own
    shown = f"{SHADES[shade.lower()]} {plain}" if shade else plain
    return AskedGround(shown, (*known.names, *also), meant)


def _coded(code: str) -> AskedGround:
    if code.startswith("#"):
        digits = code[1:] if len(code) == 7 else "".join(2 * digit for digit in code[1:])
        red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    else:
        red, green, blue = (min(int(number), 255) for number in re.findall(r"\d+", code))
    name = colour_name(lab_from_srgb(np.array([red, green, blue], np.uint8)))
    return AskedGround(f"{name} ({code.lower()})", (name,), levels=(red, green, blue))

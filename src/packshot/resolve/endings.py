"""Endings by which English makes words that name no thing: adverbs, participles. Knows no list of such words."""

from __future__ import annotations

from typing import Final

_BASE_MIN: Final = 4
_PREFIXES: Final = ("un", "ultra", "super", "hyper", "semi", "multi", "non")
_ADJECTIVES: Final = ("less", "ous", "ful", "able", "ible", "esque", "like", "proof")
_NOUNS_ALL_THE_SAME: Final = """
couscous handful mouthful spoonful cupful armful fistful table cable vegetable stable bible fable gable constable
timetable worktable crucible collectible convertible syllable moped biped quadruped infrared embed seabed sunbed daybed
airbed waterbed flowerbed riverbed bunkbed hotbed featherbed watershed toolshed woodshed cowshed bobsled dogsled kindred
newlywed crossbred thoroughbred purebred shred
"""


def bases(word: str) -> tuple[str, ...]:
    """What a word may be made from: softly, simplest, brightness, unpolished → soft, simple, bright, polished."""
    found: list[str] = []
    for ending in ("ly", "est", "ness"):
        if word.endswith(ending):
            base = word[: -len(ending)]
            found += [base, base + "e", base + "le", base.removesuffix("al"), base[:-1]]
            found += [base[:-1] + "y"] if base.endswith("i") else []
    found += [word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix)]
    return tuple(base for base in found if len(base) >= _BASE_MIN)


def names_no_thing(word: str) -> bool:
    """Whether its ending makes it an adjective or a participle: spotless, luminous, washable, embellished."""
    if word in _NOUNS_ALL_THE_SAME.split():
        return False
    if len(word) > 6 and word.endswith(_ADJECTIVES):
        return True
    return len(word) > 4 and word.endswith("ed") and not word.endswith("eed")

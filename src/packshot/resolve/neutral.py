"""The words that name no thing, read from the packaged list. Knows nothing about models or prompts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from packshot.resolve.endings import bases, names_no_thing
from packshot.resolve.words import Word, split_words

FUNCTION, NEGATION, SHADES = "function words", "negation", "shades"
_PLURAL: Final = "(-s)"


@dataclass(frozen=True, slots=True)
class Neutral:
    """Keys are words run together: `exact` by their exact forms, `stems` by their stems.

    `function` words part what stands before from what stands after; `negation` says that what follows is not wanted;
    `shades` count only directly before a colour.
    """

    exact: frozenset[str]
    stems: frozenset[str]
    function: frozenset[str]
    negation: frozenset[str]
    shades: frozenset[str]
    longest: int

    def has(self, exact: str, stemmed: str) -> bool:
        """Whether words run together are in the list."""
        return exact in self.exact or stemmed in self.stems

    def has_word(self, word: Word) -> bool:
        """Whether one word is in the list, itself or by what it is made from, or names no thing by its ending."""
        return (
            self.has(word.exact, word.stem)
            or any(base in self.exact for base in bases(word.exact))
            or names_no_thing(word.exact)
        )


@cache
def neutral_words() -> Neutral:
    """The packaged list."""
    path = resources.files("packshot") / "data" / "words" / "neutral.txt"
    return parse_neutral(path.read_text(encoding="utf-8"))


def parse_neutral(text: str) -> Neutral:
    """Sections in brackets, entries parted by commas, comments after `#`."""
    sections: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            sections.setdefault(name, []).extend(entry.strip() for entry in line.split(",") if entry.strip())
    exact: set[str] = set()
    stems: set[str] = set()
    longest = 1
    for name, entries in sections.items():
        for entry in () if name == SHADES else entries:
            words = _words(entry)
            longest = max(longest, len(words))
            key = "".join(word.exact for word in words)
            exact.add(key)
            if name.endswith(_PLURAL) and "'" not in key:
                stems.add("".join(word.stem for word in words))
    function, negation, shades = (_keys(sections.get(key, [])) for key in (FUNCTION, NEGATION, SHADES))
    return Neutral(frozenset(exact), frozenset(stems), function, negation, shades, longest)


def _keys(entries: list[str]) -> frozenset[str]:
    return frozenset("".join(word.exact for word in _words(entry)) for entry in entries)


def _words(entry: str) -> tuple[Word, ...]:
    """An entry as it is read before another word, so that “ladies'” keeps its apostrophe."""
    return split_words(f"{entry} x")[:-1]

"""Splits a prompt into words, each with the forms by which it is looked up. Knows no word's meaning."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from packshot.resolve.spellings import american, stem

_APOSTROPHES: Final = "'’‘ʼ＇`´"
_HYPHENS: Final = "-‐‑‒–_"
_SIGNS: Final = "©®™℠°"
_PLAIN_SIGNS: Final = frozenset("✓✔★☆✨⭐●■▪")
"""Pictographs that people write as bullets and praise: they name no thing."""

_SWITCH: Final = re.compile(r"(?<![^\s,])--[a-zA-Z]+(?:[ =][\d:./x]+)?(?![^\s,])")
"""What people bring along from other tools: “--ar 4:5”, “--v 6”."""


@dataclass(frozen=True, slots=True)
class Word:
    """`prompt[start:end]` with its spelling made one: `exact` with its ending, `stem` in the singular.

    `joined` where nothing but space or a hyphen parts it from the word before.
    """

    start: int
    end: int
    exact: str
    stem: str
    joined: bool


def split_words(text: str) -> tuple[Word, ...]:
    """The words of a text: letters and digits of any script, pictographs too. Punctuation parts them."""
    words: list[Word] = []
    position = 0
    while position < len(text):
        switch = _SWITCH.match(text, position)
        if switch is not None:
            position = switch.end()
            continue
        if not _is_letter(text[position]) or unicodedata.category(text[position])[0] == "M":
            position += 1
            continue
        end = _end_of(text, position)
        exact = _exact(text[position:end])
        gap = text[words[-1].end : position] if words else "."
        words.append(Word(position, end, exact, stem(exact), all(c.isspace() or c in _HYPHENS for c in gap)))
        position = end
    return tuple(words)


def _exact(raw: str) -> str:
    """NFKC, lower case, straight apostrophes, American spelling, 0 for every number."""
    word = unicodedata.normalize("NFKC", raw).casefold()
    word = "".join("'" if letter in _APOSTROPHES else letter for letter in word if letter not in _SIGNS)
    word = word.replace("⁄", "/")
    word = re.sub(r"\d+(?:[.,]\d+)*", "0", word)
    return american(word)


def _is_letter(letter: str) -> bool:
    """Letters, digits, marks on them, and pictographs: a bicycle may be drawn."""
    if letter in _SIGNS or letter in _PLAIN_SIGNS:
        return False
    category = unicodedata.category(letter)
    return letter.isalnum() or category[0] == "M" or _is_pictograph(letter)


def _is_pictograph(letter: str) -> bool:
    return unicodedata.category(letter) == "So"


def _end_of(text: str, start: int) -> int:
    """Where the word that starts here ends. An apostrophe or a decimal point inside belongs to it."""
    end = start + 1
    while end < len(text) and _goes_on(text, start, end):
        end += 1
    return end


def _goes_on(text: str, start: int, position: int) -> bool:
    letter, following = text[position], text[position + 1 : position + 2]
    if letter == "\u200d" or _is_letter(letter):
        return letter == "\u200d" or _is_pictograph(letter) == _is_pictograph(text[start])
    inside = bool(following) and _is_letter(following)
    if letter in _APOSTROPHES:
        return inside or _possessive(text, position)
    return letter in ".," and text[position - 1].isdigit() and following.isdigit()


def _possessive(text: str, apostrophe: int) -> bool:
    """Whether an apostrophe after an s stands before another word: “ladies' handbag”."""
    return text[apostrophe - 1] in "sS" and bool(re.match(r"\s\w", text[apostrophe + 1 : apostrophe + 3]))

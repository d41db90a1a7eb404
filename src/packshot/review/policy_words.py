"""Finds a team's words in a prompt, however they are written. Knows nothing of rules, files and languages.

Text is folded first: compatibility forms (NFKC), case, accents and strokes (é, ø, ł) and marks of trade (™, ®) make no
difference, and characters that nobody sees (soft hyphens, zero-width spaces) are left out. Then words are compared
whole, whatever stands between them. Scripts that write no spaces between words have a word for each character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

WILDCARD: Final = "*"

TRADE_MARKS: Final = frozenset("™®℠©")
"""Spaces: NFKC makes “Nike™” one word “NikeTM”."""

SYMBOLS: Final = frozenset("%‰#&@+€$£¥°")
"""Words of their own, where an entry has one: “100 %” is not “100”."""

STROKES: Final = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
"""What Unicode does not take apart, and people type without."""

UNSPACED: Final = ("CJK ", "HIRAGANA ", "KATAKANA", "THAI ", "LAO ", "KHMER ", "MYANMAR ")
"""Names of characters of scripts that write no spaces between words."""

_FIRST_UNSPACED: Final = "\u0e00"


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, and where it stands in the text, `end` exclusive."""

    text: str
    start: int
    end: int
    is_symbol: bool = False


def tokens(text: str) -> list[Token]:
    """The words of a text, and its symbols, in order."""
    found: list[Token] = []
    letters, start, end = "", 0, 0

    def close() -> None:
        nonlocal letters
        if letters:
            found.append(Token(letters, start, end))
        letters = ""

    for character, place in _folded(text):
        kind = unicodedata.category(character)[0]
        if kind == "M":
            letters, end = (letters + character, place + 1) if letters else ("", end)
        elif kind not in "LN":
            close()
            if character in SYMBOLS:
                found.append(Token(character, place, place + 1, is_symbol=True))
        else:
            if letters and (_is_unspaced(character) or _is_unspaced(letters[0])):
                close()
            start = start if letters else place
            letters, end = letters + character, place + 1
    close()
    return found


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """Characters as they are compared, each with its place in the text."""
    for place, original in enumerate(text):
        if original in TRADE_MARKS:
            yield " ", place
        elif unicodedata.category(original) == "Cf":
            continue
        else:
            lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", original).casefold())
            for character in lower:
                if not _is_unseen(character):
                    for folded in STROKES.get(character, character):
                        yield folded, place


def _is_unseen(character: str) -> bool:
    """Accents of Latin, Greek and Cyrillic, and selectors of a character's look."""
    return "\u0300" <= character <= "\u036f" or "\ufe00" <= character <= "\ufe0f"


def _is_unspaced(character: str) -> bool:
    return character >= _FIRST_UNSPACED and unicodedata.name(character, "").startswith(UNSPACED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as it is looked for. Of a `prefix` the last word may go on."""

    words: tuple[str, ...]
    prefix: bool
    with_symbols: bool

    def fits(self, there: Sequence[Token], place: int) -> bool:
        """Whether the words stand there, beginning at the token of that number."""
        if place + len(self.words) > len(there):
            return False
        *before, last = self.words
        if any(there[place + number].text != word for number, word in enumerate(before)):
            return False
        found = there[place + len(before)].text
        return found.startswith(last) if self.prefix else found == last


def wanted(entry: str) -> Wanted:
    """An entry: words, with a `*` at its end where the last one may go on. Raises ValueError with what is expected."""
    text = entry.strip()
    prefix = text.endswith(WILDCARD)
    parts = tokens(text.removesuffix(WILDCARD))
    if WILDCARD in text.removesuffix(WILDCARD):
        raise ValueError("a * at the end alone")
    if not any(not part.is_symbol for part in parts):
        raise ValueError("at least one letter or digit")
    if prefix and (parts[-1].is_symbol or not text[-2:-1].strip()):
        raise ValueError("a * right behind a word")
    return Wanted(tuple(part.text for part in parts), prefix, any(part.is_symbol for part in parts))


@dataclass(slots=True)
class WordIndex:
    """Entries by their first word, so that ten thousand cost a prompt no more than ten."""

    exact: dict[str, list[tuple[int, Wanted]]] = field(default_factory=dict)
    begun: dict[str, list[tuple[int, Wanted]]] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=set)

    def add(self, number: int, entry: Wanted) -> None:
        """An entry, and the number that it is found by."""
        first = entry.words[0]
        if entry.prefix and len(entry.words) == 1:
            self.begun.setdefault(first, []).append((number, entry))
            self.lengths.add(len(first))
        else:
            self.exact.setdefault(first, []).append((number, entry))

    def find(self, text: str) -> list[tuple[int, str]]:
        """Numbers of the entries that a text has, each with the text's own words, in the order of the text."""
        there = tokens(text)
        words = [token for token in there if not token.is_symbol]
        hits = [*self._find(words, with_symbols=False), *self._find(there, with_symbols=True)]
        hits.sort(key=lambda hit: (hit[1], hit[0]))
        return [(number, text[start:end]) for number, start, end in hits]

    def _find(self, there: Sequence[Token], *, with_symbols: bool) -> Iterator[tuple[int, int, int]]:
        for place, token in enumerate(there):
            beginnings = (token.text[:length] for length in self.lengths if length <= len(token.text))
            candidates = [*self.exact.get(token.text, ()), *(c for b in beginnings for c in self.begun.get(b, ()))]
            for number, entry in candidates:
                if entry.with_symbols is with_symbols and entry.fits(there, place):
                    yield number, token.start, there[place + len(entry.words) - 1].end

"""Whether two readings mean the same lettering: readers err by a letter, and part lines as they like.

Knows nothing about pictures.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

ALIKE: Final = 0.75
"""Share of letters in common (Ratcliff and Obershelp 1988) from which two readings are the same: one letter in four
may be misread."""
ALIKE_TO_A_WORD: Final = 0.8
"""The same for a word of the prompt, of which there are many."""
SHORTEST: Final = 3
"""Letters of the shortest part by which a longer reading is recognised."""
WORDS_MAX: Final = 8
"""The most words of a prompt that one piece of lettering is looked for in."""

_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def letters_of(text: str) -> str:
    """Letters and digits alone, in one case."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_alike(one: str, other: str) -> bool:
    """Whether two readings, as letters alone, mean the same lettering, or one a part of the other."""
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST and shorter in longer:
        return True
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def in_prompt(text: str, prompt: str) -> bool:
    """Whether lettering consists of words of the prompt, one or several that follow each other, quoted or not."""
    piece = letters_of(text)
    words = [letters for word in prompt.split() if (letters := letters_of(word))]
    spans = range(1, WORDS_MAX + 1)
    runs = {"".join(words[start : start + span]) for span in spans for start in range(len(words))}
    return any(_same(piece, run) for run in runs) or _all_words(text, words)


def unexplained(texts: Sequence[str], source: Iterable[str]) -> list[int]:
    """Numbers of the texts that the source does not have.

    Each of the source's texts explains as many letters as it has itself: a brand that appears a second time is new.
    """
    known = [letters_of(text) for text in source]
    room = [len(letters) for letters in known]
    found: list[int] = []
    for number, text in enumerate(texts):
        piece = letters_of(text)
        fitting = (k for k, letters in enumerate(known) if room[k] >= len(piece) / 2 and is_alike(letters, piece))
        match = next(fitting, None)
        if match is None:
            found.append(number)
        else:
            room[match] -= len(piece)
    return found


def _all_words(text: str, words: Sequence[str]) -> bool:
    parts = [letters for part in text.split() if (letters := letters_of(part))]
    return bool(parts) and all(any(_same(part, word) for word in words) for part in parts)


def _same(one: str, other: str) -> bool:
    """Equal but for what readers confuse; a word of the prompt is no excuse for a longer one that contains it."""
    if one == other:
        return True
    if min(len(one), len(other)) <= SHORTEST:
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE_TO_A_WORD

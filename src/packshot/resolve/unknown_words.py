"""Which words of a prompt lie outside what a model knows. Pure: words in, words out; knows no weights.

A word counts as known as part of the longest phrase that the model's captions have: “desk” in “desk lamp” is known,
“desk” alone is not. What names no thing (function words, photography, quality, plain adjectives) is left alone;
everything else is unknown, a noun as well as gibberish.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from packshot.models import Knowledge
from packshot.resolve.neutral import Neutral, neutral_words
from packshot.resolve.words import Word, split_words

_ARTICLES: Final = frozenset({"a", "an", "the"})
"""Run together with what follows they make other words: “a board”, “a jar”."""
_LEADS: Final = frozenset({"a", "an", "the", "pair", "of"})
_FRUIT: Final = frozenset({"cream", "orange", "violet"})
"""Colours that are things too: no shade stands before them (“ice cream”, “blood orange”)."""
_GO_ON: Final = frozenset({"a", "an", "the", "any", "or", "nor", "and", "other", "visible", "of"})
"""Function words after which a negation still holds: “no text or logos”."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt as a model reads it: what it does not know, in order, and which of its products are named."""

    unknown: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A model's phrases as keys. `modifiers` stand before a product's bare name: “coffee” and “ceramic” of “mug”."""

    products: dict[str, str]
    modifiers: dict[str, frozenset[str]]
    colours: frozenset[str]
    exact: frozenset[str]
    stems: frozenset[str]
    longest: int


def unknown_words(prompt: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The words that the model does not know, each once, as the prompt spells them; neighbours are one phrase."""
    return read_prompt(prompt, knowledge).unknown


@lru_cache(maxsize=256)
def read_prompt(prompt: str, knowledge: Knowledge) -> Reading:
    """Read a prompt by what a model knows. Words that are asked to be absent (“no text”) are not judged."""
    words = split_words(prompt)
    neutral, vocabulary = neutral_words(), _vocabulary(knowledge)
    known, products = _known(words, vocabulary, neutral)
    wanted = _wanted(words, known, neutral)
    unknown: dict[str, str] = {}
    position = 0
    while position < len(words):
        end = position + 1
        if not known[position] and wanted[position]:
            while end < len(words) and words[end].joined and not known[end]:
                end += 1
            phrase = prompt[words[position].start : words[end - 1].end]
            unknown.setdefault(phrase.casefold(), phrase)
        position = end
    return Reading(tuple(unknown.values()), tuple(dict.fromkeys(products)))


def _known(words: tuple[Word, ...], vocabulary: _Vocabulary, neutral: Neutral) -> tuple[list[bool], list[str]]:
    """For each word whether it is known or neutral; and the products in order."""
    known = [False] * len(words)
    products: list[str] = []
    position = 0
    while position < len(words):
        end, product = _product_at(words, position, vocabulary)
        if product is not None:
            products.append(product)
            _mark_modifiers(words, position, known, vocabulary.modifiers[product], vocabulary, neutral)
        else:
            end, is_colour = _phrase_at(words, position, vocabulary, neutral)
            if is_colour and words[position].exact not in _FRUIT and _is_shade(words, position, neutral):
                known[position - 1] = True
        for index in range(position, end):
            known[index] = True
        position = max(end, position + 1)
    return known, products


def _is_shade(words: tuple[Word, ...], position: int, neutral: Neutral) -> bool:
    """Whether the word before is a shade of the colour here: “navy blue”."""
    return position > 0 and words[position].joined and words[position - 1].exact in neutral.shades


def _product_at(words: tuple[Word, ...], position: int, vocabulary: _Vocabulary) -> tuple[int, str | None]:
    """The end and the short name of the longest product phrase that starts here."""
    for end in _ends(words, position, vocabulary.longest):
        product = vocabulary.products.get(_stems(words, position, end))
        if product is not None:
            return end, product
    return position, None


def _phrase_at(words: tuple[Word, ...], position: int, vocabulary: _Vocabulary, neutral: Neutral) -> tuple[int, bool]:
    """The end of the longest other phrase that starts here, and whether it is a colour; `position` where none does."""
    word = words[position]
    longest = 1 if word.exact in _ARTICLES else max(vocabulary.longest, neutral.longest)
    for end in _ends(words, position, longest):
        exact, stemmed = _exacts(words, position, end), _stems(words, position, end)
        if exact in vocabulary.colours:
            return end, True
        if exact in vocabulary.exact or stemmed in vocabulary.stems or neutral.has(exact, stemmed):
            return end, False
    return (position + 1 if neutral.has_word(word) or _is_number(word.exact) else position), False


def _mark_modifiers(
    words: tuple[Word, ...],
    position: int,
    known: list[bool],
    modifiers: frozenset[str],
    vocabulary: _Vocabulary,
    neutral: Neutral,
) -> None:
    """Marks a product's own modifiers among the adjectives before it: “a ceramic white mug”."""
    end = position
    while end > 0 and words[end].joined:
        starts = range(max(0, end - vocabulary.longest), end)
        start = next((s for s in starts if _is_run(words, s, end) and _stems(words, s, end) in modifiers), None)
        if start is None:
            start = end - 1
            if not known[start] or words[start].exact in neutral.function:
                return
        for index in range(start, end):
            known[index] = True
        end = start


def _wanted(words: tuple[Word, ...], known: list[bool], neutral: Neutral) -> list[bool]:
    """For each word whether no negation before it, in the same run of words, speaks of it."""
    wanted = [True] * len(words)
    negated = False
    for position, word in enumerate(words):
        starts = any(_exacts(words, position, end) in neutral.negation for end in _ends(words, position, 2))
        if starts:
            negated = True
        elif not word.joined or (word.exact in neutral.function and word.exact not in _GO_ON):
            negated = False
        wanted[position] = not negated
    return wanted


def _ends(words: tuple[Word, ...], position: int, longest: int) -> range:
    """Ends of the runs of words that start here, the longest first."""
    last = position + 1
    while last < len(words) and last - position < longest and words[last].joined:
        last += 1
    return range(last, position, -1)


def _is_run(words: tuple[Word, ...], start: int, end: int) -> bool:
    return all(word.joined for word in words[start + 1 : end])


def _exacts(words: tuple[Word, ...], start: int, end: int) -> str:
    return "".join(word.exact for word in words[start:end])


def _stems(words: tuple[Word, ...], start: int, end: int) -> str:
    return "".join(word.stem for word in words[start:end])


def _is_number(exact: str) -> bool:
    """`50`, `85mm`, `8k`, `3rd`: a number with at most a short unit."""
    return exact.startswith("0") and len(exact) <= 4 and exact.isascii()


@lru_cache(maxsize=16)
def _vocabulary(knowledge: Knowledge) -> _Vocabulary:
    products: dict[str, str] = {}
    modifiers: dict[str, frozenset[str]] = {}
    longest = 1
    for product in knowledge.products:
        phrases = [_without_lead(split_words(phrase)) for phrase in (product.name, *product.phrases)]
        keys = {_stems(words, 0, len(words)) for words in phrases}
        products |= dict.fromkeys(keys - {""}, product.name)
        modifiers[product.name] = frozenset(
            _stems(words, 0, cut)
            for words in phrases
            for cut in range(1, len(words))
            if _stems(words, cut, len(words)) in keys
        )
        longest = max(longest, *(len(words) for words in phrases))
    others = [split_words(text) for text in (*knowledge.colours, *knowledge.materials, *knowledge.phrases)]
    longest = max(longest, *(len(words) for words in others), 1)
    return _Vocabulary(
        products,
        modifiers,
        frozenset(_exacts(words, 0, len(words)) for words in map(split_words, knowledge.colours)),
        frozenset(_exacts(words, 0, len(words)) for words in map(split_words, knowledge.materials)),
        frozenset(_stems(words, 0, len(words)) for words in map(split_words, knowledge.phrases)),
        longest,
    )


def _without_lead(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Without “a”, “the”, “a pair of”."""
    for position, word in enumerate(words):
        if word.exact not in _LEADS:
            return words[position:]
    return ()

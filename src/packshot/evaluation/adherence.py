"""How well the picture fits its prompt, by a model that was trained to tell such pairs. Knows no such model itself."""

from __future__ import annotations

import math
from typing import Final, Protocol, runtime_checkable

from packshot.evaluation.instruments import Instruments, Scorer, guarded
from packshot.resolve import Reading
from packshot.result import Evidence, Pixels

NAME: Final = "adherence"

IN_PART: Final = "; it does not know "
"""In the sentence of a number that speaks of a part of the prompt alone, before the words that it says nothing of."""


@runtime_checkable
class ReadsSoFar(Protocol):
    """A scorer whose text encoder reads a prompt up to a length."""

    def unread(self, prompt: str) -> str:
        """The end of a prompt that is not read; empty where all is."""


@runtime_checkable
class KnowsSoMuch(Protocol):
    """A scorer that knows some products and no others: what it has never seen it holds for the nearest that it has."""

    def reading(self, prompt: str) -> Reading | None:
        """What it knows of a prompt; None where that cannot be told."""


def adherence_evidence(pixels: Pixels, prompt: str, instruments: Instruments) -> Evidence:
    """The scorer's number for a picture (H, W, 3) and its own prompt; comparable for one prompt and one scorer.

    None by a scorer that knows no product of the prompt: its number would be of another thing.
    """
    scorer = instruments.scorer
    if scorer is None:
        return _nothing(None, instruments.no_scorer)
    return guarded(
        lambda: _measured(scorer, pixels, prompt), lambda reason: _nothing(scorer.unit, reason), "the scorer"
    )


def _measured(scorer: Scorer, pixels: Pixels, prompt: str) -> Evidence:
    reading = scorer.reading(prompt) if isinstance(scorer, KnowsSoMuch) else None
    if reading is not None and not reading.products:
        return _nothing(
            scorer.unit,
            f"{scorer.name} does not know what was asked for"
            if reading.unknown
            else f"the prompt names no product that {scorer.name} knows",
        )
    value = scorer.score(pixels, prompt)
    if not math.isfinite(value):
        return _nothing(scorer.unit, f"{scorer.name} gave no number")
    unread = scorer.unread(prompt) if isinstance(scorer, ReadsSoFar) else ""
    rest = f"; it did not read “{unread}”" if unread else ""
    if reading is not None and reading.unknown:
        rest = f"{IN_PART}{', '.join(f'“{word}”' for word in reading.unknown)}{rest}"
    return Evidence(
        name=NAME,
        value=round(value, 4),
        unit=scorer.unit,
        sentence=f"The picture fits its prompt by {value:.3f} ({scorer.unit or 'cosine'}, by {scorer.name}{rest}).",
    )


def _nothing(unit: str | None, reason: str) -> Evidence:
    return Evidence(name=NAME, value=None, unit=unit, sentence=f"Not evaluated: {reason}.")

"""How well the picture fits its prompt, by a model that was trained to tell such pairs. Knows no such model itself."""

from __future__ import annotations

from typing import Final

from packshot.evaluation.instruments import Instruments, guarded
from packshot.result import Evidence, Pixels

NAME: Final = "adherence"


def adherence_evidence(pixels: Pixels, prompt: str, instruments: Instruments) -> Evidence:
    """The scorer's number for a picture (H, W, 3) and its own prompt; comparable for one prompt and one scorer."""
    scorer = instruments.scorer
    if scorer is None:
        return _nothing(None, instruments.no_scorer)
    return guarded(
        lambda: _entry(scorer.score(pixels, prompt), scorer.unit, scorer.name),
        lambda reason: _nothing(scorer.unit, reason),
        "the scorer",
    )


def _entry(value: float, unit: str | None, name: str) -> Evidence:
    kind = unit or "cosine"
    return Evidence(
        name=NAME,
        value=round(value, 4),
        unit=unit,
        sentence=f"The picture fits its prompt by {value:.3f} ({kind}, by {name}).",
    )


def _nothing(unit: str | None, reason: str) -> Evidence:
    return Evidence(name=NAME, value=None, unit=unit, sentence=f"Not evaluated: {reason}.")

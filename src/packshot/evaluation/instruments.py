"""The two instruments that need weights of their own, as protocols: one reads text, one compares picture and prompt.

Where one is absent, what it would have measured is *not evaluated*, never a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from packshot.result import Box, Pixels


@dataclass(frozen=True, slots=True)
class FoundText:
    """A piece of text in a picture: what it says, how sure the reader is (0..1), and where."""

    text: str
    confidence: float
    box: Box


class Reader(Protocol):
    """Finds text."""

    @property
    def name(self) -> str:
        """Which reader, with its version."""

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        """Every text in a picture (H, W, 3) that the reader is sure enough of, boxes in its pixels."""


class Scorer(Protocol):
    """Says how well a picture fits a prompt."""

    @property
    def name(self) -> str:
        """Which model, as a person would look for it."""

    @property
    def unit(self) -> str | None:
        """The unit of its scores; None for a cosine."""

    def score(self, pixels: Pixels, prompt: str) -> float:
        """How well a picture (H, W, 3) fits the prompt; higher is better, comparable for one prompt and scorer."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What is at hand; `no_reader` and `no_scorer` say why one is not."""

    reader: Reader | None = None
    scorer: Scorer | None = None
    no_reader: str = "no reader of text is at hand"
    no_scorer: str = "no model that compares picture and prompt is at hand"


NO_INSTRUMENTS = Instruments()

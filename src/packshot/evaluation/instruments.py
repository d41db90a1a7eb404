"""The two instruments that need weights of their own, as protocols: one reads text, one compares picture and prompt.

Where one is absent, what it would have measured is *not evaluated*, never a number.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from packshot.errors import PackshotError
from packshot.result import Box, Pixels

_LOG = logging.getLogger(__name__)


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

Value = TypeVar("Value")


def guarded(measure: Callable[[], Value], otherwise: Callable[[str], Value], what: str) -> Value:
    """What an instrument measures; where it fails, the reason is logged and handed to `otherwise`.

    A picture was made and is kept: an instrument's failure must not take it away.
    """
    try:
        return measure()
    except PackshotError as error:
        reason = error.message
        _LOG.warning("%s failed: %s", what, error)
    except Exception as error:
        reason = f"{type(error).__name__}"
        _LOG.warning("%s failed", what, exc_info=error)
    return otherwise(f"{what} failed ({reason})")

"""A picture with its truth, and what a sort of them is. Knows neither how pictures are made nor how they are judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from packshot.result import Pixels

Truth = dict[str, float | str]
"""What is true of a picture, by name."""


@dataclass(frozen=True)
class Case:
    """One picture (H, W, 3), what was asked, the source of an image-to-image picture, and the truth."""

    pixels: Pixels
    prompt: str
    truth: Truth = field(default_factory=dict)
    source: Pixels | None = None


@dataclass(frozen=True)
class Sort:
    """Pictures of one sort; `draw(seed, size)` is pure."""

    name: str
    draw: Callable[[int, int], Case]
    size: int = 256
    count: int = 500
    reads_text: bool = False
    """Whether the reader of text is needed, which takes most of the time."""


FIRST_SEED = 40_000_000
"""Training's pictures have the seeds from 0 on, one for each picture: far fewer than this."""

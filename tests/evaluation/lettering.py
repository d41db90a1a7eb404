"""Pictures with lettering, and a reader that finds what it is told to."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from packshot.evaluation import FoundText
from packshot.result import Pixels


def lettered(
    text: str,
    *,
    font_px: int = 24,
    at: tuple[int, int] = (40, 100),
    ink: tuple[int, int, int] = (20, 20, 20),
    ground: tuple[int, int, int] = (240, 240, 240),
    size: tuple[int, int] = (256, 256),
    turned: int = 0,
) -> Pixels:
    """A picture (H, W, 3) with one piece of text, turned by so many quarter turns."""
    picture = Image.new("RGB", size, ground)
    ImageDraw.Draw(picture).text(at, text, fill=ink, font=ImageFont.load_default(size=font_px))
    return np.rot90(np.asarray(picture), turned).copy()


class ToldReader:
    """Finds the texts that it was told for a picture, by its mean grey level; counts how often it was asked."""

    name = "told"

    def __init__(self, **texts: tuple[str, ...]) -> None:
        self._texts = texts
        self.asked = 0

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        self.asked += 1
        texts = self._texts.get(f"grey_{pixels.mean():.0f}", ())
        return tuple(FoundText(text, 0.9, (10, 20 * k, 60, 20 * k + 15)) for k, text in enumerate(texts))


def grey(level: int, side: int = 64) -> Pixels:
    """A picture (side, side, 3) by which `ToldReader` knows it."""
    return np.full((side, side, 3), level, np.uint8)

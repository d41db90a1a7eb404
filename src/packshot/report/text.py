"""Text drawn with the font that Pillow ships: the same letters on every machine. Knows nothing about layouts."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from PIL import ImageDraw, ImageFont

_SIMILAR: Final = {"–": "-", "—": "-", "→": ">", "×": "x", "’": "'", "‘": "'", "ß": "ss", "≥": ">=", "≤": "<="}
_EXTRA: Final = "…·“”±°"
"""What the font has beyond ASCII, of the characters used here."""


@lru_cache(maxsize=32)
def font(size_px: int) -> ImageFont.FreeTypeFont:
    """The shipped font (Aileron) at a size."""
    found = ImageFont.load_default(size_px)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType: install a wheel from PyPI")
    return found


def drawable(text: str) -> str:
    """The text in letters that the font has: accents dropped, other scripts as `?`."""
    letters = "".join(_SIMILAR.get(c, c) for c in " ".join(text.split()))
    plain = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return "".join(c if (c.isascii() and c.isprintable()) or c in _EXTRA else "?" for c in plain)


def width_px(text: str, size_px: int) -> float:
    """How wide a line is."""
    return font(size_px).getlength(drawable(text))


def shortened(text: str, size_px: int, room_px: int) -> str:
    """The text, cut with `…` where it is wider than the room."""
    text = drawable(text)
    if width_px(text, size_px) <= room_px:
        return text
    while text and width_px(text + "…", size_px) > room_px:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, size_px: int, room_px: int, lines_max: int) -> list[str]:
    """The text in lines no wider than the room; what does not fit the last line is cut with `…`."""
    words, lines = drawable(text).split(), list[str]()
    while words and len(lines) < lines_max - 1:
        line = words.pop(0)
        while words and width_px(f"{line} {words[0]}", size_px) <= room_px:
            line = f"{line} {words.pop(0)}"
        lines.append(shortened(line, size_px, room_px))
    if words:
        lines.append(shortened(" ".join(words), size_px, room_px))
    return lines


def draw_line(
    canvas: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size_px: int, colour: str, *, bold: bool = False
) -> None:
    """One line, its top left corner at `place`. The font has one weight: bold is a thin outline of the same colour."""
    stroke = min(size_px / 40, 0.5) if bold else 0  # a thicker one closes the gap under the dot of an i
    canvas.text(place, drawable(text), fill=colour, font=font(size_px), stroke_width=stroke, stroke_fill=colour)

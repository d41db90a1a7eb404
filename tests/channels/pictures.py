"""Pictures of known truth for the rules: a rectangle of a given size on a ground."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from packshot.result import Pixels

BLUE, WHITE = (40, 60, 160), (255, 255, 255)


def rectangle(
    width: int, height: int, fill_percent: float, *, ground: tuple[int, int, int] = WHITE, share: float = 0.6
) -> Pixels:
    """(height, width, 3): a rectangle that takes `fill_percent` of the frame's height and `share` of that in width."""
    pixels = np.full((height, width, 3), ground, dtype=np.uint8)
    tall, wide = round(height * fill_percent / 100), round(width * fill_percent / 100 * share)
    top, left = (height - tall) // 2, (width - wide) // 2
    pixels[top : top + tall, left : left + wide] = BLUE
    return pixels


def encoded(pixels: Pixels, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, file_format, **options)
    return file.getvalue()


def decoded(content: bytes) -> Pixels:
    with Image.open(io.BytesIO(content)) as picture:
        return np.array(picture.convert("RGB"), dtype=np.uint8)

"""Photos and masks as clients send them."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from packshot.result import Pixels

BOX = (60, 50, 140, 130)


def photo(size: tuple[int, int] = (200, 180)) -> Pixels:
    """A red box on grey. (H, W, 3)"""
    pixels = np.full((size[1], size[0], 3), 235, np.uint8)
    left, top, right, bottom = BOX
    pixels[top:bottom, left:right] = (190, 30, 40)
    return pixels


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def mask(size: tuple[int, int] = (200, 180)) -> bytes:
    """As OpenAI defines it: opaque where the picture stays, transparent where it is made anew."""
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    left, top, right, bottom = BOX
    pixels[top:bottom, left:right, 3] = 255
    return png(pixels)


def decoded(text: str | None) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(text or "")))
    picture.load()
    return picture

"""Pictures inside a page, as `data:` addresses. Small ones keep every pixel; large ones are made smaller."""

from __future__ import annotations

import base64
import io
from typing import Final

import numpy as np
from PIL import Image

from packshot.metadata import encode_png
from packshot.result import Pixels

LOSSLESS_MAX_BYTES: Final = 160_000
SIDE_MAX_PX: Final = 640
THUMBNAIL_PX: Final = 144
SMALL_PX: Final = 512


def picture_address(pixels: Pixels) -> str:
    """The picture (H, W, 3): as PNG where that is small, else as WebP of at most 640 px a side."""
    lossless = encode_png(pixels)
    if len(lossless) <= LOSSLESS_MAX_BYTES:
        return _address("image/png", lossless)
    return _webp(pixels, SIDE_MAX_PX, 90)


def thumbnail_address(pixels: Pixels) -> str:
    """A few kilobytes that tell one picture from another."""
    return _webp(pixels, THUMBNAIL_PX, 82)


def small_address(pixels: Pixels) -> str:
    """The picture (H, W, 3) as WebP of at most 512 px a side: for pages of many pictures."""
    return _webp(pixels, SMALL_PX, 82)


def _webp(pixels: Pixels, side_px: int, quality: int) -> str:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=quality, method=6)
    return _address("image/webp", file.getvalue())


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"

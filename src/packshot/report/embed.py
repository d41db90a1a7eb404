"""Pictures inside a page, as `data:` addresses. Few small ones keep every pixel; many are made smaller."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from packshot.metadata import encode_png
from packshot.result import Pixels

LOSSLESS_MAX_BYTES: Final = 160_000
SIDE_MAX_PX: Final = 640
SMALL_PX: Final = 512
FEW: Final = 24
"""Pictures up to which a page shows each at its full size, and each one's settings unfolded."""
MANY: Final = 100


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as the page's gallery shows it, and smaller, beside its settings."""

    gallery: str
    detail: str


def embedded(pixels: Pixels, pictures: int) -> Embedded:
    """A picture (H, W, 3) of a page with so many: 200 of them stay under 8 MB."""
    if pictures <= FEW:
        return Embedded(picture_address(pixels), webp_address(pixels, 256, 80))
    if pictures <= MANY:
        return Embedded(webp_address(pixels, 192, 78), webp_address(pixels, 256, 78))
    return Embedded(webp_address(pixels, 160, 75), webp_address(pixels, 208, 75))


def picture_address(pixels: Pixels) -> str:
    """The picture (H, W, 3): as PNG where that is small, else as WebP of at most 640 px a side."""
    lossless = encode_png(pixels)
    if len(lossless) <= LOSSLESS_MAX_BYTES:
        return _address("image/png", lossless)
    return webp_address(pixels, SIDE_MAX_PX, 88)


def small_address(pixels: Pixels) -> str:
    """The picture (H, W, 3) as WebP of at most 512 px a side: for pages of many pictures."""
    return webp_address(pixels, SMALL_PX, 82)


def webp_address(pixels: Pixels, side_px: int, quality: int) -> str:
    """A few kilobytes: as WebP of at most so many pixels a side."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=quality, method=4)
    return _address("image/webp", file.getvalue())


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"

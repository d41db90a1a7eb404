"""What is known about a picture when it is checked. The product's mask is made once, and only where a rule asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from packshot.product import ProductMask, plain_background_mask
from packshot.result import Pixels


@dataclass(frozen=True)
class CheckedPicture:
    """Pixels (H, W, 3), the file's format by Pillow's name and its bytes; `ai_labelled` None where unknown."""

    pixels: Pixels
    file_format: str
    file_bytes: int
    ai_labelled: bool | None

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])

    @cached_property
    def product(self) -> ProductMask:
        """Which pixels are the product."""
        return plain_background_mask(self.pixels)

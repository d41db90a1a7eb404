"""What is known about a picture when it is checked. The product is looked for once, and only where a rule asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from packshot.product import Alpha, Cutout, find_cutout
from packshot.result import Pixels


@dataclass(frozen=True, eq=False)
class CheckedPicture:
    """Pixels (H, W, 3), the file's format by Pillow's name and its bytes; `ai_labelled` None where unknown.

    `alpha` (H, W) is the file's own transparency, `given` (H, W, …) a mask that a person brought.
    """

    pixels: Pixels
    file_format: str
    file_bytes: int
    ai_labelled: bool | None = None
    alpha: Alpha | None = None
    given: Alpha | None = None

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])

    @cached_property
    def cutout(self) -> Cutout:
        """The product, with what there is to doubt. Raises SourceError for a given mask that does not fit."""
        return find_cutout(self.pixels, alpha=self.alpha, given=self.given)

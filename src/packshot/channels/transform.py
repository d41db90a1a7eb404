"""A frame laid over a picture, and the size that it is given: exact, recorded, and done again by anybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from packshot.product import Alpha
from packshot.result import Pixels


@dataclass(frozen=True, slots=True)
class Transform:
    """First the frame, in the picture's own pixels, which may reach beyond it; then Lanczos to the new size."""

    left: int
    top: int
    width: int
    height: int
    to_width: int
    to_height: int

    @classmethod
    def of_whole(cls, width: int, height: int) -> Transform:
        """The picture as it is."""
        return cls(0, 0, width, height, width, height)

    @property
    def scales(self) -> bool:
        """Whether pixels are computed anew."""
        return (self.width, self.height) != (self.to_width, self.to_height)

    @property
    def scale(self) -> float:
        """Above 1 it enlarges."""
        return max(self.to_width / self.width, self.to_height / self.height)

    def extends(self, width: int, height: int) -> bool:
        """Whether the frame reaches beyond a picture of that size."""
        return self.left < 0 or self.top < 0 or self.left + self.width > width or self.top + self.height > height

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return asdict(self)

    def apply(self, pixels: Pixels, ground: tuple[int, int, int]) -> Pixels:
        """(H, W, 3) → (to_height, to_width, 3); `ground` fills what lies beyond the picture."""
        return self._sized(self._framed(pixels, np.array(ground, dtype=np.uint8)))

    def apply_to_alpha(self, alpha: Alpha) -> Alpha:
        """The same of a mask (H, W); beyond it there is no product."""
        return self._sized(self._framed(alpha, np.zeros((), dtype=np.uint8)))

    def _framed(self, plane: Pixels, fill: Pixels) -> Pixels:
        height, width = plane.shape[:2]
        frame = np.empty((self.height, self.width, *plane.shape[2:]), dtype=np.uint8)
        frame[:] = fill
        x, y = max(0, self.left), max(0, self.top)
        right, bottom = min(width, self.left + self.width), min(height, self.top + self.height)
        if x < right and y < bottom:
            frame[y - self.top : bottom - self.top, x - self.left : right - self.left] = plane[y:bottom, x:right]
        return frame

    def _sized(self, plane: Pixels) -> Pixels:
        if not self.scales:
            return plane
        size = (self.to_width, self.to_height)
        return np.array(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)

"""A reader that reads no picture twice: the source of a sweep is read once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from packshot.evaluation.instruments import FoundText, Reader
from packshot.result import Pixels, picture_digest

KEPT: Final = 256


class RememberedReader:
    """A `Reader` around another; remembers the texts of the last pictures by their digest."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: OrderedDict[str, tuple[FoundText, ...]] = OrderedDict()

    @property
    def name(self) -> str:
        """That of the reader inside."""
        return self._reader.name

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        """What the reader inside finds in a picture (H, W, 3)."""
        digest = picture_digest(pixels)
        if digest not in self._known:
            self._known[digest] = self._reader.read(pixels)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(digest)
        return self._known[digest]

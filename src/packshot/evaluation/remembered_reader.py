"""A reader that reads no picture twice: the source of a sweep is read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from packshot.evaluation.instruments import FoundText, Reader
from packshot.result import Pixels, picture_digest

KEPT: Final = 256


class RememberedReader:
    """A `Reader` around another; remembers the texts of the last pictures by their digest.

    Threads may share it: the reader inside is asked by one at a time, and what is known is told without waiting for it.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: OrderedDict[str, tuple[FoundText, ...]] = OrderedDict()
        self._remembering = threading.Lock()
        self._reading = threading.Lock()

    @property
    def name(self) -> str:
        """That of the reader inside."""
        return self._reader.name

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        """What the reader inside finds in a picture (H, W, 3)."""
        digest = picture_digest(pixels)
        found = self._recall(digest)
        if found is not None:
            return found
        with self._reading:
            found = self._recall(digest)  # another thread may have read it meanwhile
            if found is None:
                found = self._reader.read(pixels)
                self._remember(digest, found)
            return found

    def _recall(self, digest: str) -> tuple[FoundText, ...] | None:
        with self._remembering:
            found = self._known.get(digest)
            if found is not None:
                self._known.move_to_end(digest)
            return found

    def _remember(self, digest: str, found: tuple[FoundText, ...]) -> None:
        with self._remembering:
            self._known[digest] = found
            if len(self._known) > KEPT:
                self._known.popitem(last=False)

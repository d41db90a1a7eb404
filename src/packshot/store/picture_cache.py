"""Copies of pictures on this machine's disk, for pages that show many. Can be thrown away at any time.

The copy that was not looked at for longest goes first. One that was looked at within the last minute stays: somebody
may be about to read it. Knows nothing about where the pictures themselves are.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from packshot.errors import OutputError, StoreError
from packshot.metadata import write_atomically

KEEP_S: Final = 60.0
ROOM: Final = 0.9
"""To which share of the limit the cache is emptied, so that not every new picture empties it again."""


class PictureCache:
    """PNG files at `<folder>/ab/<digest>.png`, together at most `limit_bytes`. Shared by threads and processes."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._held: int | None = None
        self._counting = threading.Lock()

    def path(self, digest: str) -> Path:
        """Where the copy is or would be."""
        return self.folder / digest[:2] / f"{digest}.png"

    def find(self, digest: str) -> Path | None:
        """The copy, marked as looked at; None where there is none."""
        path = self.path(digest)
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def keep(self, digest: str, content: bytes) -> Path:
        """Makes a copy, and room for it. Raises StoreError where it cannot be written."""
        path = self.path(digest)
        try:
            write_atomically(path, content)
        except OutputError as error:
            raise StoreError(
                "store.failed", "a copy of a picture cannot be kept", expected=error.expected, got=error.got
            ) from error
        with self._counting:
            self._held = self._sum() if self._held is None else self._held + len(content)
            if self._held > self.limit_bytes:
                self._held = self._make_room(path.stat().st_mtime)
        return path

    def drop(self, digest: str) -> None:
        """Removes a copy that is damaged."""
        with suppress(OSError):
            self.path(digest).unlink(missing_ok=True)

    def _copies(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*.png"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return sorted(found)

    def _sum(self) -> int:
        return sum(size for _, size, _ in self._copies())

    def _make_room(self, now: float) -> int:
        copies = self._copies()
        held = sum(size for _, size, _ in copies)
        for looked_at, size, path in copies:
            if held <= self.limit_bytes * ROOM or looked_at > now - KEEP_S:
                break
            with suppress(OSError):
                path.unlink()
                held -= size
        return held

"""What is kept beside the database, addressed by digest: pictures, and source files as they came. The two seams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from packshot.result import Pixels


class PictureStore(Protocol):
    """Pictures by the digest of their pixels (`packshot.result.picture_digest`)."""

    def put(self, pixels: Pixels) -> str:
        """Keeps pixels (H, W, 3), durable on return, and returns their digest. Again is no work."""

    def get(self, digest: str) -> Pixels:
        """The pixels (H, W, 3). Raises StoreError where they cannot be read."""

    def stored(self, digest: str) -> Pixels:
        """The same from where they are kept, past any copy at hand. Raises StoreError."""

    def has(self, digest: str) -> bool:
        """Whether the picture is there."""

    def path(self, digest: str) -> Path:
        """A file with the picture on this machine. Raises StoreError on what is no digest, or cannot be fetched."""

    def is_intact(self, digest: str) -> bool:
        """Whether the picture is there and its digest derives again."""

    def digests(self) -> Iterator[str]:
        """All pictures, in order of digest."""


class Originals(Protocol):
    """Source files by the SHA-256 of their bytes."""

    def put(self, content: bytes) -> str:
        """Keeps a file, durable on return, and returns its digest. Again is no work. Raises OutputError, StoreError."""

    def get(self, digest: str) -> bytes:
        """The file's bytes. Raises StoreError where they are not there, or others than they were."""

    def is_intact(self, digest: str) -> bool:
        """Whether the file is there and its digest derives again."""

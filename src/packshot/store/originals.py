"""Source files as they came, by the SHA-256 of their bytes: kept only where the pixels alone would lose something.

A C2PA manifest is bound to its file. Files lie at `originals/ab/<digest>`, whole or not at all.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from packshot.errors import StoreError
from packshot.metadata import write_atomically


class FileOriginals:
    """Files in a folder, which is made with the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keeps a file, durable on return, and returns its digest. Again is no work. Raises OutputError, StoreError."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.is_intact(digest):
            write_atomically(self.path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """The file's bytes. Raises StoreError where they are not there, or others than they were."""
        if not self.is_intact(digest):
            raise StoreError(
                "store.failed",
                f"the file of a source photo is missing or was changed: {self.path(digest)}",
                expected=digest,
                hint="restore it from a backup, or bring the same file in again",
            )
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """Where the file is or would be."""
        return self.folder / digest[:2] / digest

    def is_intact(self, digest: str) -> bool:
        """Whether the file is there and its digest derives again."""
        try:
            return hashlib.sha256(self.path(digest).read_bytes()).hexdigest() == digest
        except OSError:
            return False

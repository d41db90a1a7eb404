"""Pictures in S3, addressed by the digest of their pixels, with copies on this machine. Knows nothing about SQL.

Objects are the same plain PNG files as in a folder, at `<prefix>/pictures/ab/<digest>.png`: either can be copied to the
other by any tool. What is put is read back and its digest derived before anybody is told that it is kept.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from packshot.errors import StoreError
from packshot.result import Pixels, picture_digest
from packshot.store.picture_cache import PictureCache
from packshot.store.pictures import DIGEST, checked_digest, digest_of_colour, encoded, read_png
from packshot.store.s3 import S3Folder

PICTURES: Final = "pictures"
ORIGINALS: Final = "originals"
UNREADABLE: Final = (OSError, SyntaxError, ValueError)
"""What Pillow raises on a damaged file."""


class S3PictureStore:
    """`PictureStore` below a prefix of a bucket. `get` and `path` look at the copies here first, all others at S3."""

    def __init__(self, folder: S3Folder, cache: PictureCache) -> None:
        self._folder = folder
        self._cache = cache

    def put(self, pixels: Pixels) -> str:
        """Keeps pixels (H, W, 3) uint8 and returns their digest, read back from S3 when it returns.

        Pixels that are there already are not written again; a damaged object of theirs is. Raises ValueError on another
        shape, StoreError (`pictures.refused`, `pictures.unreachable`).
        """
        digest = digest_of_colour(pixels)
        if self.is_intact(digest):
            return digest
        content = encoded(pixels)
        self._folder.write(_name(digest), content, "image/png")
        if self._folder.read(_name(digest)) != content:
            raise StoreError(
                "pictures.refused",
                f"S3 does not give back the picture that it took: {self._folder.place}",
                expected=digest,
                hint="call again; where it stays so, the service in front of the bucket changes what passes through it",
            )
        self._cache.keep(digest, content)
        return digest

    def get(self, digest: str) -> Pixels:
        """The pixels (H, W, 3) uint8 of the copy here, which is made where there is none. Raises StoreError.

        Their digest is derived each time: S3 may be whole while the copy is not.
        """
        copy = self._cache.find(checked_digest(digest))
        if copy is not None:
            with suppress(*UNREADABLE):
                pixels = read_png(copy)
                if picture_digest(pixels) == digest:
                    return pixels
            self._cache.drop(digest)
        return self._copied(digest)

    def stored(self, digest: str) -> Pixels:
        """The pixels (H, W, 3) uint8 as S3 has them, without deriving the digest again. Raises StoreError."""
        return self._decoded(digest, self._fetched(digest))

    def has(self, digest: str) -> bool:
        """Whether S3 has an object of that digest."""
        return DIGEST.fullmatch(digest) is not None and self._folder.has(_name(digest))

    def path(self, digest: str) -> Path:
        """The copy on this machine, made where there is none. Raises StoreError where S3 has no such picture."""
        copy = self._cache.find(checked_digest(digest))
        if copy is None:
            self._copied(digest)
        return copy or self._cache.path(digest)

    def is_intact(self, digest: str) -> bool:
        """Whether S3 has the picture, it decodes, and has the pixels that its name says."""
        content = self._folder.read(_name(checked_digest(digest)))
        try:
            return content is not None and picture_digest(read_png(io.BytesIO(content))) == digest
        except UNREADABLE:
            return False

    def digests(self) -> Iterator[str]:
        """All digests that have an object, in order."""
        for name in self._folder.names(PICTURES):
            stem = name.rpartition("/")[2].removesuffix(".png")
            if DIGEST.fullmatch(stem) is not None and name == _name(stem):
                yield stem

    def _copied(self, digest: str) -> Pixels:
        """Fetched, and kept here if it is what its name says."""
        content = self._fetched(digest)
        pixels = self._decoded(digest, content)
        if picture_digest(pixels) != digest:
            raise self._unreadable(digest, "other pixels than its name says")
        self._cache.keep(digest, content)
        return pixels

    def _fetched(self, digest: str) -> bytes:
        content = self._folder.read(_name(checked_digest(digest)))
        if content is None:
            raise self._unreadable(digest, "no such object")
        return content

    def _decoded(self, digest: str, content: bytes) -> Pixels:
        try:
            return read_png(io.BytesIO(content))
        except UNREADABLE as error:
            raise self._unreadable(digest, str(error)) from error

    def _unreadable(self, digest: str, why: str) -> StoreError:
        return StoreError(
            "store.failed",
            f"picture {digest[:12]} cannot be read: {self._folder.place}/{_name(digest)}",
            got=why,
            hint="`packshot verify` lists what is damaged; `--fresh` makes the picture again",
        )


class S3Originals:
    """`Originals` below the same prefix, at `<prefix>/originals/ab/<digest>`."""

    def __init__(self, folder: S3Folder) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keeps a file and returns its digest. Again is no work. Raises StoreError."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.is_intact(digest):
            self._folder.write(f"{ORIGINALS}/{digest[:2]}/{digest}", content, "application/octet-stream")
        return digest

    def get(self, digest: str) -> bytes:
        """The file's bytes. Raises StoreError where they are not there, or others than they were."""
        content = self._folder.read(f"{ORIGINALS}/{digest[:2]}/{digest}")
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            raise StoreError(
                "store.failed",
                f"the file of a source photo is missing or was changed: {self._folder.place}/{ORIGINALS}/{digest}",
                expected=digest,
                hint="restore it from a backup, or bring the same file in again",
            )
        return content

    def is_intact(self, digest: str) -> bool:
        """Whether the object is there and its digest derives again."""
        content = self._folder.read(f"{ORIGINALS}/{digest[:2]}/{digest}")
        return content is not None and hashlib.sha256(content).hexdigest() == digest


def _name(digest: str) -> str:
    return f"{PICTURES}/{digest[:2]}/{digest}.png"

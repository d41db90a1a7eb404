"""Pictures as PNG files, addressed by the digest of their pixels. Knows nothing about SQL.

A file is written under a temporary name in `pictures/`, flushed and synced, and renamed to `pictures/ab/<digest>.png`;
its folder is synced too. So a name that is there holds a whole picture, whenever the process was killed, and after a
power cut. Stored files carry no metadata: equal pixels may belong to several runs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image

from packshot.errors import StoreError
from packshot.result import Pixels, picture_digest
from packshot.store.failures import mapped

LEFTOVER_AGE = timedelta(hours=1)
"""No write takes that long: an older temporary file belongs to a killed process."""

ENCODING = (
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    # OpenCV before 4.12 has one filter, for files a quarter larger
    *((cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP) if hasattr(cv2, "IMWRITE_PNG_FILTER") else ()),
)
"""A third to a half of Pillow's time for files as large, and without the interpreter's lock, so that threads encode at
once (docs/benchmarks.md); a catalogue keeps photo, mask and picture of each row."""

TEMPORARY = ".{}.tmp"
DIGEST = re.compile(r"[0-9a-f]{64}")


class FilePictureStore:
    """`PictureStore` in a folder, which is made where it is missing."""

    def __init__(self, folder: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self.folder = folder
        self._random_bytes = random_bytes
        with mapped(folder):
            folder.mkdir(exist_ok=True)

    def put(self, pixels: Pixels) -> str:
        """Keeps pixels (H, W, 3) uint8 and returns their digest, on the disk when it returns.

        Pixels that are there already are not written again; a damaged file of theirs is. Raises ValueError on another
        shape, StoreError (`store.full` on a full disk) with nothing half-written.
        """
        digest = digest_of_colour(pixels)
        path = self.path(digest)
        if not self.is_intact(digest):
            with mapped(path):
                self._write(path, encoded(pixels))
        return digest

    def get(self, digest: str) -> Pixels:
        """The pixels (H, W, 3) uint8, without deriving the digest again. Raises StoreError where it cannot."""
        path = self.path(digest)
        try:
            return read_png(path)
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(
                "store.failed",
                f"picture {digest[:12]} cannot be read: {path}",
                got=str(error),
                hint="`packshot verify` lists what is damaged; `--fresh` makes the picture again",
            ) from error

    def stored(self, digest: str) -> Pixels:
        """The same: there are no copies of it."""
        return self.get(digest)

    def has(self, digest: str) -> bool:
        """Whether there is a file of that digest."""
        return DIGEST.fullmatch(digest) is not None and self.path(digest).is_file()

    def path(self, digest: str) -> Path:
        """Where the file is or would be. Raises StoreError on what is not a digest."""
        return self.folder / digest[:2] / f"{checked_digest(digest)}.png"

    def is_intact(self, digest: str) -> bool:
        """Whether the file is there, decodes, and has the pixels that its name says."""
        try:
            return picture_digest(read_png(self.path(digest))) == digest
        except (OSError, SyntaxError, ValueError):
            return False

    def digests(self) -> Iterator[str]:
        """All digests that have a file, in order."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.stem for path in folder.glob("*.png") if DIGEST.fullmatch(path.stem))

    def sweep(self, now: datetime) -> int:
        """Removes temporary files of killed processes, and returns their number. Only old ones: others may be alive."""
        removed = 0
        for path in self.folder.glob(TEMPORARY.format("*")):
            with suppress(OSError):
                if now.timestamp() - path.stat().st_mtime > LEFTOVER_AGE.total_seconds():
                    path.unlink()
                    removed += 1
        return removed

    def _write(self, path: Path, content: bytes) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        temporary = self.folder / TEMPORARY.format(self._random_bytes(12).hex())
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)  # noqa: PTH105  (one name for the tests that fill the disk)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def checked_digest(digest: str) -> str:
    """The digest. Raises StoreError on what is none."""
    if DIGEST.fullmatch(digest) is None:
        raise StoreError("store.failed", "not a picture's digest", expected="64 hex digits", got=digest)
    return digest


def digest_of_colour(pixels: Pixels) -> str:
    """The digest of pixels (H, W, 3). Raises ValueError on another shape."""
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"expected pixels of shape (H, W, 3), got {pixels.shape}")
    return picture_digest(pixels)


def read_png(path: Path | BinaryIO) -> Pixels:
    """Pixels (H, W, 3) of a PNG file. Raises OSError, SyntaxError or ValueError on a damaged or foreign file."""
    with Image.open(path, formats=("PNG",)) as image:
        if image.mode != "RGB":
            raise ValueError(f"expected an RGB picture, got {image.mode}")
        return np.asarray(image)


def encoded(pixels: Pixels) -> bytes:
    """The PNG file of pixels (H, W, 3), without metadata."""
    _done, content = cv2.imencode(".png", cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR), ENCODING)
    return content.tobytes()


def _sync_folder(folder: Path) -> None:
    """Makes a rename durable. Windows cannot open folders, and does not need to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

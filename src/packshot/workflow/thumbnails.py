"""Small pictures for the gallery, each made once and kept in the workspace's cache. Knows nothing about runs.

WebP of quality 80: a page of sixty is half a megabyte, where the pictures themselves are thirty. The name is the
picture's digest, so a thumbnail never becomes wrong; the folder can be thrown away at any time.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image

from packshot.errors import OutputError, StoreError
from packshot.metadata import write_atomically
from packshot.result import Pixels
from packshot.store import PictureStore, checked_digest

SIDE_PX: Final = 320
QUALITY: Final = 80
EFFORT: Final = 2
"""WebP's method: 6 saves a twentieth of the bytes and takes three times as long."""

FOLDER: Final = "thumbnails"


def thumbnail(pictures: PictureStore, cache: Path, digest: str, side: int = SIDE_PX) -> Path:
    """The file of a picture's thumbnail: its longer side `side` pixels, or its own where that is less.

    May be called by several threads and processes at once. Raises StoreError: `store.full` on a full disk,
    `store.failed` where the picture is missing or damaged, or the cache cannot be written.
    """
    path = thumbnail_path(cache, digest, side)
    if _is_whole(path):
        return path
    content = _webp(pictures.get(digest), side)
    try:
        write_atomically(path, content)
    except OutputError as error:
        raise StoreError(
            "store.failed", "the thumbnail cannot be kept", expected=error.expected, got=error.got, hint=error.hint
        ) from error
    return path


def thumbnail_path(cache: Path, digest: str, side: int = SIDE_PX) -> Path:
    """Where it is or would be. Raises StoreError on what is not a digest."""
    name = checked_digest(digest)
    return cache / FOLDER / name[:2] / (f"{name}.webp" if side == SIDE_PX else f"{name}-{side}.webp")


def _is_whole(path: Path) -> bool:
    """Whether a file is there as long as its own header says: a cache may have been cut by a full or failing disk."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
        return (
            head[:4] == b"RIFF"
            and head[8:] == b"WEBP"
            and path.stat().st_size == 8 + int.from_bytes(head[4:8], "little")
        )
    except OSError:
        return False


def _webp(pixels: Pixels, side: int) -> bytes:
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    image.save(buffer, format="WEBP", quality=QUALITY, method=EFFORT)
    return buffer.getvalue()

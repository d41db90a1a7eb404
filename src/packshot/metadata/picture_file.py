"""Picture files from outside, read and decoded under limits. Knows nothing of what is written beside the pixels."""

from __future__ import annotations

import io
import stat
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from packshot.errors import RecordError, SourceError
from packshot.result import Pixels

FILE_MAX_BYTES: Final = 64 * 1024 * 1024
"""More than the 20 MB of an upload: our own largest picture (4096 px a side) must be readable again."""
PICTURE_MAX_PX: Final = 25_000_000
SIDE_MIN_PX: Final = 16
SIDE_MAX_PX: Final = 8192


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises RecordError (record.not_found) and SourceError (source.too_large)."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise RecordError("record.not_found", f"{path} is not a file", expected="a picture file")
        if found.st_size > FILE_MAX_BYTES:
            raise SourceError(
                "source.too_large",
                f"{path} is too large",
                expected=f"at most {FILE_MAX_BYTES} bytes",
                got=f"{found.st_size} bytes",
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RecordError(
            "record.not_found", f"{path} cannot be read: {reason}", hint="give a run's id or a picture file"
        ) from error


def check_size(width: int, height: int) -> None:
    """Raise SourceError (source.too_small, source.too_large) on a size in pixels that is not decoded."""
    sides_fit = all(SIDE_MIN_PX <= side <= SIDE_MAX_PX for side in (width, height))
    if not sides_fit or width * height > PICTURE_MAX_PX:
        raise SourceError(
            "source.too_small" if min(width, height) < SIDE_MIN_PX else "source.too_large",
            "the picture's size is outside the limits",
            expected=f"sides of {SIDE_MIN_PX} to {SIDE_MAX_PX} px, at most {PICTURE_MAX_PX // 1_000_000} megapixels",
            got=f"{width}×{height} px",
        )


def decode(content: bytes, path: Path, formats: tuple[str, ...]) -> Pixels:
    """The pixels (H, W, 3) of a picture in one of Pillow's `formats`. Raises SourceError (source.corrupt, …)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=formats) as picture:
                check_size(*picture.size)
                return np.array(picture.convert("RGB"), dtype=np.uint8)
        except SourceError:
            raise
        except Exception as error:  # on hostile bytes Pillow raises a dozen kinds; all say that it is no picture
            raise corrupt(path, str(error)) from error


def corrupt(path: Path, reason: str) -> SourceError:
    """The error that says that a file is damaged."""
    return SourceError(
        "source.corrupt",
        f"{path} is damaged and cannot be decoded",
        got=reason[:200],
        hint="take the file from where it was made, or export it again",
    )


def mime_type(content: bytes) -> str:
    """The MIME type of a PNG, JPEG or WebP file, by its first bytes; empty for anything else."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    if content.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""

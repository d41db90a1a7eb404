"""Pictures as PNG files that carry their record: ours in an iTXt chunk `packshot`, A1111's in `parameters`."""

from __future__ import annotations

import io
import stat
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, PngImagePlugin

from packshot.errors import OutputError, PackshotError, RecordError, SourceError
from packshot.metadata.a1111 import a1111_text
from packshot.metadata.atomic import write_atomically
from packshot.metadata.chunks import SIGNATURE, BrokenPng, international_text, read_chunks, size_px
from packshot.metadata.record import HINT, PictureRecord
from packshot.result import Pixels

RECORD_CHUNK: Final = "packshot"
A1111_CHUNK: Final = "parameters"

FILE_MAX_BYTES: Final = 64 * 1024 * 1024
"""More than the 20 MB of an upload: our own largest picture (4096 px a side) must be readable again."""
PICTURE_MAX_PX: Final = 25_000_000
SIDE_MIN_PX: Final = 16
SIDE_MAX_PX: Final = 8192


def encode_png(pixels: Pixels, record: PictureRecord | None = None) -> bytes:
    """A PNG file of (H, W, 3) pixels: the same pixels and record give the same bytes."""
    chunks = PngImagePlugin.PngInfo()
    if record is not None:
        chunks.add_text(A1111_CHUNK, a1111_text(record))
        chunks.add_itxt(RECORD_CHUNK, record.to_text(), zip=True)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", pnginfo=chunks, compress_level=6)
    return file.getvalue()


def write_png(path: Path, pixels: Pixels, record: PictureRecord | None) -> None:
    """Write the picture, whole or not at all.

    A file with other pixels is never overwritten (OutputError output.exists); one with equal pixels gets the new
    record, and is left alone where nothing changes. Raises OutputError output.unwritable and StoreError store.full.
    """
    content = encode_png(pixels, record)
    try:
        exists = stat.S_ISREG(path.stat().st_mode)
    except OSError:  # not there, or not to be seen: writing tells which
        exists = False
    try:
        if not exists:
            write_atomically(path, content, keep_existing=True)
            return
    except FileExistsError:
        pass
    before = _existing(path)
    if before == content or (record is None and before is not None and _same_pixels(before, pixels)):
        return
    if before is None or not _same_pixels(before, pixels):
        raise OutputError(
            "output.exists",
            f"{path} is there already, with other pixels",
            expected="a free name, or a file with the same pixels",
            hint="choose another name or folder, or move the file away",
        )
    write_atomically(path, content)


def read_record(path: Path) -> tuple[PictureRecord, Pixels]:
    """The record in a picture file, and its pixels (H, W, 3). The file may be hostile.

    The pixels may have been edited since: compare `picture_digest(pixels)` with the record's. Raises RecordError
    (record.not_found, record.no_spec) and SourceError (source.corrupt, source.format, source.too_large).
    """
    content = _read_file(path)
    return _record_in(content, path), _decode(content, path)


def peek_record(path: Path) -> PictureRecord:
    """The record alone, without decoding the picture: a fiftieth of the time. Raises as `read_record` does."""
    return _record_in(_read_file(path), path)


def _record_in(content: bytes, path: Path) -> PictureRecord:
    if not content.startswith(SIGNATURE):
        raise SourceError(
            "source.format", f"{path} is not a PNG file", expected="a picture that Packshot exported", hint=HINT
        )
    try:
        text = _record_text(content)
    except BrokenPng as error:
        raise _corrupt(path, str(error)) from error
    if text is None:
        raise RecordError(
            "record.no_spec",
            f"{path} carries no Packshot record",
            expected=f"a text chunk named {RECORD_CHUNK!r}",
            got="none: made by another program, or saved again by one that drops it",
            hint=HINT,
        )
    return PictureRecord.from_text(text, name=str(path))


def _read_file(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise RecordError("record.not_found", f"{path} is not a file", expected="a PNG file")
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


def _record_text(content: bytes) -> bytes | None:
    """Our chunk's text; every chunk is walked, so that a broken file is found out before it is decoded."""
    text = None
    for kind, data in read_chunks(content):
        if kind == b"IHDR":
            _check_size(*size_px(data))
        elif kind == b"iTXt" and data.startswith(RECORD_CHUNK.encode() + b"\0"):
            if text is not None:
                raise BrokenPng("there are two records")
            _, text = international_text(data)
    return text


def _check_size(width: int, height: int) -> None:
    sides_fit = all(SIDE_MIN_PX <= side <= SIDE_MAX_PX for side in (width, height))
    if not sides_fit or width * height > PICTURE_MAX_PX:
        raise SourceError(
            "source.too_small" if min(width, height) < SIDE_MIN_PX else "source.too_large",
            "the picture's size is outside the limits",
            expected=f"sides of {SIDE_MIN_PX} to {SIDE_MAX_PX} px, at most {PICTURE_MAX_PX // 1_000_000} megapixels",
            got=f"{width}×{height} px",
        )


def _decode(content: bytes, path: Path) -> Pixels:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
                return np.array(picture.convert("RGB"), dtype=np.uint8)
        except Exception as error:  # on hostile bytes Pillow raises a dozen kinds; all say that it is no picture
            raise _corrupt(path, str(error)) from error


def _corrupt(path: Path, reason: str) -> SourceError:
    return SourceError(
        "source.corrupt",
        f"{path} is damaged and cannot be decoded",
        got=reason[:200],
        hint="take the file from where it was made, or export it again",
    )


def _existing(path: Path) -> bytes | None:
    try:
        return _read_file(path)
    except PackshotError:
        return None


def _same_pixels(content: bytes, pixels: Pixels) -> bool:
    try:
        height, width, _ = pixels.shape
        if any(kind == b"IHDR" and size_px(data) != (width, height) for kind, data in read_chunks(content)):
            return False
        return np.array_equal(_decode(content, Path("the existing file")), pixels)
    except (PackshotError, BrokenPng):
        return False

"""Pictures as PNG files that carry their record: ours in an iTXt chunk `packshot`, A1111's in `parameters`."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, PngImagePlugin

from packshot.errors import OutputError, PackshotError, RecordError, SourceError
from packshot.metadata.a1111 import a1111_text
from packshot.metadata.atomic import write_atomically
from packshot.metadata.chunks import SIGNATURE, BrokenPng, international_text, read_chunks, size_px
from packshot.metadata.picture_file import check_size, corrupt, decode, read_bytes
from packshot.metadata.record import HINT, PictureRecord
from packshot.result import Pixels

RECORD_CHUNK: Final = "packshot"
A1111_CHUNK: Final = "parameters"
FORMATS: Final = ("PNG",)
PLAIN: Final = {b"IHDR", b"IDAT", b"IEND"}
"""Chunks of a file that says nothing but its pixels."""

HEADER_BYTES: Final = 25
"""Of the IHDR chunk: length, kind, 13 bytes, checksum."""


def encode_png(pixels: Pixels, record: PictureRecord | None = None) -> bytes:
    """A PNG file of (H, W, 3) pixels: the same pixels and record give the same bytes."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", pnginfo=_chunks(record), compress_level=6)
    return file.getvalue()


def with_record(content: bytes, record: PictureRecord) -> bytes | None:
    """A plain PNG file with the record behind its header: what is compressed already is not compressed again.

    None where it is no whole PNG file of header and pixels alone.
    """
    try:
        kinds = [kind for kind, _ in read_chunks(content)]
    except BrokenPng:
        return None
    if set(kinds) != PLAIN:
        return None
    added = io.BytesIO()
    for kind, data, *_ in _chunks(record).chunks:
        PngImagePlugin.putchunk(added, kind, data)
    header_end = len(SIGNATURE) + HEADER_BYTES
    return content[:header_end] + added.getvalue() + content[header_end:]


def _chunks(record: PictureRecord | None) -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    if record is not None:
        if record.by_model:
            chunks.add_text(A1111_CHUNK, a1111_text(record))
        chunks.add_itxt(RECORD_CHUNK, record.to_text(), zip=True)
    return chunks


def write_png(path: Path, pixels: Pixels, record: PictureRecord | None) -> None:
    """Write the picture, whole or not at all.

    A file with other pixels is never overwritten (OutputError output.exists); one with equal pixels gets the new
    record, and is left alone where nothing changes. Raises OutputError output.unwritable and StoreError store.full.
    """
    write_encoded(path, encode_png(pixels, record), lambda: pixels, has_record=record is not None)


def write_encoded(path: Path, content: bytes, pixels: Callable[[], Pixels], *, has_record: bool) -> None:
    """The same with a PNG file that is encoded already; its `pixels` are asked for where a file is there."""
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
    if before == content or (not has_record and before is not None and _same_pixels(before, pixels())):
        return
    if before is None or not _same_pixels(before, pixels()):
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
    content = read_bytes(path)
    return _record_in(content, path), decode(content, path, FORMATS)


def peek_record(path: Path) -> PictureRecord:
    """The record alone, without decoding the picture: a fiftieth of the time. Raises as `read_record` does."""
    return _record_in(read_bytes(path), path)


def carries_record(content: bytes) -> bool:
    """Whether a file's bytes are a PNG with our record: then it is a picture of ours, labelled or not."""
    try:
        return content.startswith(SIGNATURE) and _record_text(content) is not None
    except (BrokenPng, SourceError):
        return False


def _record_in(content: bytes, path: Path) -> PictureRecord:
    if not content.startswith(SIGNATURE):
        raise SourceError(
            "source.format", f"{path} is not a PNG file", expected="a picture that Packshot exported", hint=HINT
        )
    try:
        text = _record_text(content)
    except BrokenPng as error:
        raise corrupt(path, str(error)) from error
    if text is None:
        raise RecordError(
            "record.no_spec",
            f"{path} carries no Packshot record",
            expected=f"a text chunk named {RECORD_CHUNK!r}",
            got="none: made by another program, or saved again by one that drops it",
            hint=HINT,
        )
    return PictureRecord.from_text(text, name=str(path))


def _record_text(content: bytes) -> bytes | None:
    """Our chunk's text; every chunk is walked, so that a broken file is found out before it is decoded."""
    text = None
    for kind, data in read_chunks(content):
        if kind == b"IHDR":
            check_size(*size_px(data))
        elif kind == b"iTXt" and data.startswith(RECORD_CHUNK.encode() + b"\0"):
            if text is not None:
                raise BrokenPng("there are two records")
            _, text = international_text(data)
    return text


def _existing(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except PackshotError:
        return None


def _same_pixels(content: bytes, pixels: Pixels) -> bool:
    try:
        height, width, _ = pixels.shape
        if any(kind == b"IHDR" and size_px(data) != (width, height) for kind, data in read_chunks(content)):
            return False
        return np.array_equal(decode(content, Path("the existing file"), FORMATS), pixels)
    except (PackshotError, BrokenPng):
        return False

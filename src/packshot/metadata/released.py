"""Released files: pixels as PNG, JPEG or WebP with a label that says how they were made, and nothing else.

No EXIF, no place, no record of the machine: the file is made anew from pixels, and what is in it is listed here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from packshot.errors import OutputError, PackshotError
from packshot.metadata.atomic import write_atomically
from packshot.metadata.png import A1111_CHUNK
from packshot.metadata.released_fields import PREFIXES, ReleasedFields, as_properties
from packshot.metadata.released_reading import read_released, released_in
from packshot.metadata.xmp import write_xmp
from packshot.result import Pixels

TEXT_MAX_BYTES: Final = 60_000
"""Of the XMP packet, and of A1111's text: a JPEG holds each in one segment of 65,535 bytes."""

_PERCEPTUAL: Final = b"\0"


@dataclass(frozen=True, slots=True)
class FileForm:
    """The file's format by Pillow's name. `quality` (1 to 100) is for JPEG, and for WebP unless that is lossless."""

    format: Literal["PNG", "JPEG", "WEBP"]
    quality: int = 95
    lossless: bool = False


def encode_released(pixels: Pixels, fields: ReleasedFields, form: FileForm, *, a1111: str | None = None) -> bytes:
    """The file's bytes for (H, W, 3) pixels in sRGB: the same input gives the same bytes.

    JPEG is 4:4:4. `a1111` is the text of `a1111_text`, which holds the prompt: only where that was asked for. Raises
    OutputError (output.metadata) where a text is too long for the file.
    """
    return encode_labelled(pixels, write_xmp(as_properties(fields), PREFIXES), form, a1111=a1111)


def encode_labelled(pixels: Pixels, packet: bytes, form: FileForm, *, a1111: str | None = None) -> bytes:
    """The same with any XMP packet: what both released and working files are made by."""
    comment = b"" if a1111 is None else b"UNICODE\0" + a1111.encode("utf-16-be", "replace")
    for what, text in (("the label", packet), ("the text for other tools", comment)):
        _check_fits(what, text)
    options: dict[str, Any]
    match form.format:
        case "PNG":
            options = {"pnginfo": _chunks(packet, a1111), "compress_level": 6}
        case "JPEG":
            # without `optimize`: its buffer is too small for a noisy picture, and the file would fail
            options = {"quality": form.quality, "subsampling": 0, **_segments(packet, comment)}
        case "WEBP":
            options = {"quality": form.quality, "lossless": form.lossless, "method": 4, **_segments(packet, comment)}
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, form.format, **options)
    return file.getvalue()


def write_released(path: Path, content: bytes) -> bool:
    """Write a released file's bytes, whole or not at all; False where that file is there already.

    It is that file where pixels, labels and presence of a manifest are equal: signing never gives the same bytes twice.
    Anything else is never overwritten (OutputError output.exists). Raises output.unwritable and store.full too.
    """
    try:
        write_atomically(path, content, keep_existing=True)
    except FileExistsError:
        if _same(path, content):
            return False
        raise OutputError(
            "output.exists",
            f"{path} is there already, with other content",
            expected="a free name: a released file is never overwritten",
            hint="choose another folder, or move that file away",
        ) from None
    return True


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content or read_released(path) == released_in(content, path)
    except (OSError, PackshotError):
        return False


def _check_fits(what: str, text: bytes) -> None:
    if len(text) > TEXT_MAX_BYTES:
        raise OutputError(
            "output.metadata",
            f"{what} is too long for a picture file",
            expected=f"at most {TEXT_MAX_BYTES} bytes",
            got=f"{len(text)} bytes",
            hint="leave the prompt's text out, or shorten it",
        )


def _chunks(packet: bytes, a1111: str | None) -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", _PERCEPTUAL)
    chunks.add_itxt("XML:com.adobe.xmp", packet.decode("utf-8"))
    if a1111 is not None:
        chunks.add_text(A1111_CHUNK, a1111.encode("utf-8", "replace").decode("utf-8"))
    return chunks


def _segments(packet: bytes, comment: bytes) -> dict[str, Any]:
    options: dict[str, Any] = {"xmp": packet, "icc_profile": _srgb_profile()}
    if comment:
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
        options["exif"] = exif
    return options


@cache
def _srgb_profile() -> bytes:
    """Without the time at which it was made (bytes 24 to 35), so that equal input gives equal files."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((7, 208, 0, 1, 0, 1)) + bytes(6)
    return bytes(profile)

"""Reads back what stands in a released file, for audits and for people. The file may be hostile."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image

from packshot.errors import SourceError
from packshot.metadata.a1111_reading import a1111_in
from packshot.metadata.label import XMP_KEYS
from packshot.metadata.manifest_bytes import manifest_bytes
from packshot.metadata.picture_file import check_size, corrupt, decode, read_bytes
from packshot.metadata.released_fields import SOURCE_TYPE_PROPERTY, ReleasedFields, from_properties
from packshot.metadata.xmp import read_xmp
from packshot.result import picture_digest

FORMATS: Final = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """`digest` is that of the file's own pixels, after a lossy format too. `source_type` is what the file says.

    `fields` is None where the label is none of ours. `c2pa` says that there is a manifest, not that it is valid.
    """

    format: str
    width: int
    height: int
    digest: str
    source_type: str | None
    fields: ReleasedFields | None
    a1111: str | None
    srgb: bool
    exif: bool
    gps: bool
    c2pa: bool


def read_released(path: Path) -> ReleasedFile:
    """What stands in a PNG, JPEG or WebP file. Raises RecordError (record.not_found) and SourceError."""
    return released_in(read_bytes(path), path)


def released_in(content: bytes, path: Path) -> ReleasedFile:
    """The same of a file's bytes; `path` is its name, for messages."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            check_size(*picture.size)
            # Pillow knows a PNG's EXIF and text behind the pixels only after it has read those
            picture.load()
            packet = next((picture.info[key] for key in XMP_KEYS if key in picture.info), b"")
            exif = picture.getexif()
            kind, gps = str(picture.format), bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
            has_exif = "exif" in picture.info
            a1111, srgb = a1111_in(picture), _is_srgb(picture)
    except SourceError:
        raise
    except Exception as error:  # on hostile bytes Pillow raises a dozen kinds; all say that it is no picture
        raise corrupt(path, str(error)) from error
    properties = read_xmp(packet.encode("utf-8", "replace") if isinstance(packet, str) else packet)
    pixels = decode(content, path, FORMATS)
    return ReleasedFile(
        format="JPEG" if kind == "MPO" else kind,
        width=pixels.shape[1],
        height=pixels.shape[0],
        digest=picture_digest(pixels),
        source_type=properties.get(SOURCE_TYPE_PROPERTY),
        fields=from_properties(properties),
        a1111=a1111,
        srgb=srgb,
        exif=has_exif,
        gps=gps or any(name.startswith("GPS") for _, name in properties),
        c2pa=bool(manifest_bytes(content)),
    )


def _is_srgb(picture: Image.Image) -> bool:
    return "srgb" in picture.info or b"sRGB" in picture.info.get("icc_profile", b"").replace(b"\0", b"")

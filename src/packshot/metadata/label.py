"""What a picture file says about AI's part in it: IPTC's digital source type, and whether there is a C2PA manifest."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from PIL import Image

from packshot.metadata.chunks import SIGNATURE, BrokenPng, international_text, read_chunks
from packshot.metadata.manifest_bytes import manifest_bytes
from packshot.metadata.source_type import AI_SOURCE_TYPES, IPTC, SourceType

XMP_KEYS: Final = ("xmp", "XML:com.adobe.xmp")
"""Where Pillow puts the packet of a JPEG or WebP, and of a PNG."""

_PNG_PACKET: Final = XMP_KEYS[1].encode()
_CODE: Final = re.compile(re.escape(IPTC.removeprefix("http:").encode()) + rb"([A-Za-z]+)")
"""Some programs write `https:`."""


@dataclass(frozen=True, slots=True)
class SourceLabels:
    """The strongest AI source type that a source photo names (None: no AI label), and whether it has a manifest."""

    ai: SourceType | None = None
    c2pa: bool = False

    def joined(self, other: Self) -> Self:
        """What both together say: the stronger label, and a manifest where either had one."""
        kind = next((kind for kind in AI_SOURCE_TYPES if kind in {self.ai, other.ai}), None)
        return type(self)(kind, self.c2pa or other.c2pa)


UNLABELLED: Final = SourceLabels()


def read_labels(content: bytes) -> SourceLabels:
    """The labels of a PNG, JPEG or WebP file, as it came.

    Codes are looked for anywhere in the XMP packet and in the manifest: in doubt, AI had a part. Broken files are no
    error here.
    """
    named = types_named(content)
    return SourceLabels(next((kind for kind in AI_SOURCE_TYPES if kind in named), None), bool(manifest_bytes(content)))


def types_named(content: bytes) -> set[SourceType]:
    """Every source type of ours that a file names, in its XMP packet or its manifest."""
    named = {*_codes(_packets(content)), *_codes(manifest_bytes(content))}
    return {kind for kind in SourceType if kind in named}


def carries_ai_label(path: Path) -> bool:
    """Whether a file names one of IPTC's source types of pictures made by AI, wholly or in part.

    For files that `packshot.resolve.open_source` accepted: nothing is decoded here, and nothing is checked again.
    """
    return read_labels(path.read_bytes()).ai is not None


def _packets(content: bytes) -> bytes:
    """The XMP packets, in UTF-16 too: without zero bytes, its ASCII is ASCII."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            found = [picture.info.get(key, b"") for key in XMP_KEYS]
    except Exception:  # Pillow raises what comes, and a file that is no picture has no label
        return b""
    packets = (packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet) for packet in found)
    return b"\n".join([*packets, *_behind_the_pixels(content)]).replace(b"\0", b"")


def _codes(text: bytes) -> list[str]:
    return [IPTC + match.group(1).decode("ascii") for match in _CODE.finditer(text)]


def _behind_the_pixels(content: bytes) -> Iterator[bytes]:
    """A PNG's packets wherever they stand: exiftool writes them behind the pixels, where Pillow has not read yet."""
    if not content.startswith(SIGNATURE):
        return
    try:
        for kind, data in read_chunks(content):
            if kind == b"iTXt" and data.startswith(_PNG_PACKET):
                yield international_text(data)[1]
    except BrokenPng:
        return

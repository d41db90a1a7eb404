"""What a picture file says about AI's part in it: IPTC's digital source type, and whether there is a C2PA manifest."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from packshot.metadata.manifest_bytes import manifest_bytes
from packshot.metadata.source_type import AI_SOURCE_TYPES, IPTC, SourceType

XMP_KEYS: Final = ("xmp", "XML:com.adobe.xmp")
"""Where Pillow puts the packet of a JPEG or WebP, and of a PNG."""

_CODE: Final = re.compile(re.escape(IPTC.removeprefix("http:").encode()) + rb"([A-Za-z]+)")
"""Some programs write `https:`."""


@dataclass(frozen=True, slots=True)
class SourceLabels:
    """The strongest AI source type that a source photo names (None: no AI label), and whether it has a manifest."""

    ai: SourceType | None = None
    c2pa: bool = False


UNLABELLED: Final = SourceLabels()


def read_labels(content: bytes) -> SourceLabels:
    """The labels of a PNG, JPEG or WebP file, as it came: what a workspace keeps of a source are its pixels alone.

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
    return b"\n".join(packets).replace(b"\0", b"")


def _codes(text: bytes) -> list[str]:
    return [IPTC + match.group(1).decode("ascii") for match in _CODE.finditer(text)]

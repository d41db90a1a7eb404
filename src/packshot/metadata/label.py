"""Whether a file says that AI made it: IPTC's digital source type in its XMP packet. Writing it comes with releases."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

AI_SOURCE_TYPES: Final = (
    b"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    b"http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
)
XMP_KEYS: Final = ("xmp", "XML:com.adobe.xmp")
"""Where Pillow puts the packet of a JPEG or WebP, and of a PNG."""


def carries_ai_label(path: Path) -> bool:
    """Whether the XMP packet names one of IPTC's two source types of pictures made by AI, wholly or in part.

    For files that `packshot.resolve.open_source` accepted: nothing is decoded here, and nothing is checked again.
    """
    with Image.open(path) as picture:
        packets = [picture.info.get(key, b"") for key in XMP_KEYS]
    texts = [packet.encode() if isinstance(packet, str) else bytes(packet) for packet in packets]
    return any(value in text for text in texts for value in AI_SOURCE_TYPES)

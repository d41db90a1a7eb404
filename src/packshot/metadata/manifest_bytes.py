"""Finds the bytes of a C2PA manifest store in a PNG, JPEG or WebP file. Reads nothing of what they say.

Where they stand: PNG, the chunk `caBX`; JPEG, JUMBF boxes in APP11 segments; WebP, the chunk `C2PA` (C2PA 2.2, A.3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from packshot.metadata.chunks import SIGNATURE

_JUMBF = b"JP"
_APP11 = 0xEB
_START_OF_SCAN = 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers without a length."""


def manifest_bytes(content: bytes) -> bytes:
    """The store's bytes, empty where there is none. What is broken counts as far as it can be read."""
    if content.startswith(SIGNATURE):
        return b"".join(_png(content))
    if content.startswith(b"\xff\xd8"):
        return b"".join(_jpeg(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return b"".join(_webp(content))
    return b""


def _png(content: bytes) -> Iterator[bytes]:
    """Checksums are not looked at: a manifest that was tampered with is not an absent one."""
    position = len(SIGNATURE)
    while position + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        if kind == b"caBX":
            yield content[position + 8 : position + 8 + length]
        position += 12 + length


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Each segment: `JP`, box instance (2 bytes), packet number (4), then the box; later packets repeat its head."""
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF or marker in _ALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == _START_OF_SCAN:
            return
        (length,) = struct.unpack_from(">H", content, position + 2)
        data = content[position + 4 : position + 2 + length]
        if marker == _APP11 and data.startswith(_JUMBF) and len(data) > 16:
            (packet,) = struct.unpack_from(">I", data, 4)
            yield data[8:] if packet == 1 else data[16:]
        position += 2 + max(length, 2)


def _webp(content: bytes) -> Iterator[bytes]:
    position = 12
    while position + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, position)
        if kind == b"C2PA":
            yield content[position + 8 : position + 8 + length]
        position += 8 + length + length % 2

"""The chunks of a PNG file from outside, read under limits and before anything is decoded (PNG 3rd edition, § 5).

Knows nothing about what our chunk means.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
TEXT_MAX_BYTES: Final = 1024 * 1024
"""Of one text chunk, unpacked; ours has some kilobytes."""


class BrokenPng(Exception):
    """Not the bytes of a whole PNG file with one picture. The message says where it breaks."""


def read_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, data) of every chunk, checksums checked, from IHDR to IEND. Raises BrokenPng."""
    if not content.startswith(SIGNATURE):
        raise BrokenPng("the signature is not a PNG's")
    position, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if position + 12 > len(content):
            raise BrokenPng("the file ends before its last chunk")
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if end > len(content):
            raise BrokenPng(f"the file ends inside a chunk at byte {position}")
        data = content[position + 8 : end - 4]
        if zlib.crc32(kind + data) != struct.unpack_from(">I", content, end - 4)[0]:
            raise BrokenPng(f"a chunk's checksum is wrong at byte {position}")
        if (kind == b"IHDR") != (position == len(SIGNATURE)):
            raise BrokenPng("the header is not the first chunk, or not the only one")
        if kind == b"acTL":
            raise BrokenPng("an animation has more than one picture")
        yield kind, data
        position = end


def size_px(header: bytes) -> tuple[int, int]:
    """(width, height) of an IHDR chunk. Raises BrokenPng."""
    if len(header) != 13:
        raise BrokenPng("the header has a wrong length")
    width, height = struct.unpack_from(">II", header)
    return width, height


def international_text(data: bytes) -> tuple[str, bytes]:
    """(keyword, text) of an iTXt chunk, unpacked up to the limit. Raises BrokenPng."""
    keyword, _, rest = data.partition(b"\0")
    if len(rest) < 2:
        raise BrokenPng("a text chunk is cut short")
    compressed, method = rest[0], rest[1]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3 or compressed not in {0, 1} or method != 0:
        raise BrokenPng("a text chunk has a wrong layout")
    text = _unpack(parts[2]) if compressed else parts[2]
    if len(text) > TEXT_MAX_BYTES:
        raise BrokenPng(f"a text chunk is longer than {TEXT_MAX_BYTES} bytes")
    return keyword.decode("latin-1"), text


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, TEXT_MAX_BYTES + 1)
    except zlib.error as error:
        raise BrokenPng("a text chunk cannot be unpacked") from error
    if len(text) <= TEXT_MAX_BYTES and not unpacker.eof:
        raise BrokenPng("a text chunk is cut short")
    return text

"""The header of a safetensors file: names and shapes of what is inside, without reading it. Imports no torch."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError

LIMIT_BYTES: Final = 100_000_000
METADATA: Final = "__metadata__"


@dataclass(frozen=True, slots=True)
class Header:
    """Tensors by name, texts that the writer added, and where the tensors' bytes begin."""

    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, str]
    metadata: dict[str, str]
    data_begins_at: int


def read_header(path: Path) -> Header:
    """Read a header. Raises ModelError on a file that is not one, or is cut short."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > min(size, LIMIT_BYTES):
                raise ValueError("the header is longer than the file")
            written = json.loads(stream.read(length))
        entries: dict[str, Any] = {name: entry for name, entry in written.items() if name != METADATA}
        end = max((entry["data_offsets"][1] for entry in entries.values()), default=0)
        if 8 + length + end > size:
            raise ValueError(f"{8 + length + end} bytes announced, {size} there")
        return Header(
            shapes={name: tuple(int(side) for side in entry["shape"]) for name, entry in entries.items()},
            dtypes={name: str(entry["dtype"]) for name, entry in entries.items()},
            metadata={str(key): str(text) for key, text in (written.get(METADATA) or {}).items()},
            data_begins_at=8 + length,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise ModelError(
            "model.corrupt", f"{path.name} is not a whole safetensors file: {error}", hint="get the file again"
        ) from error

"""Run ids: ULIDs (github.com/ulid/spec), 26 characters of Crockford base 32, sorted by time of making."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def new_ulid(now: datetime, random_bytes: Callable[[int], bytes]) -> str:
    """48 bits of milliseconds since 1970, then 80 random bits. `random_bytes` is `os.urandom` or a fixed source."""
    milliseconds = int(now.timestamp() * 1000)
    number = (milliseconds << 80) | int.from_bytes(random_bytes(10), "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def first_ulid(moment: datetime) -> str:
    """The lowest id of that millisecond: ids of what came earlier sort before it. The first of all for earlier ones."""
    return new_ulid(max(moment, EPOCH), bytes)

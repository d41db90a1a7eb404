"""What the server takes at most. Values, and the reasons for them."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.resolve import UPLOAD_MAX_BYTES
from packshot.settings import DRAIN_S, REQUESTS_PER_MINUTE

UPLOADS = 2
"""A photo and its mask."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`requests_per_minute` is a token's, with as many at once; 0 is no limit. Bodies in bytes.

    A body has `body_s` seconds, and one more for every `bytes_per_s` of it; `head_s` is for a request's first lines.
    `drain_s` is how long work that runs is waited for when the server ends. `connections` is of all at once.
    """

    requests_per_minute: int = REQUESTS_PER_MINUTE
    body_bytes: int = 1_000_000
    edit_bytes: int = UPLOADS * UPLOAD_MAX_BYTES + 1_000_000
    body_s: float = 20.0
    bytes_per_s: int = 50_000
    head_s: float = 10.0
    drain_s: float = DRAIN_S
    connections: int = 512
    link_s: int = 3600

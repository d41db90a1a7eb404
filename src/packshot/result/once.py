"""A request's own name: who sends the same one twice gets one job, not two."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Once:
    """`key` is the caller's, unique within `scope` (whose it is); `digest` is the SHA-256 of what was asked."""

    scope: str
    key: str
    digest: str

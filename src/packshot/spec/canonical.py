"""Canonical JSON and the spec hash: a published contract.

Canonical JSON: UTF-8, keys sorted by code point, no white space, no NaN or infinity, numbers as Python's `repr`
writes them (a float keeps its `.0`), strings escaped only where JSON demands it. The hash is
`ps1:` + SHA-256 (hex) of that text; `ps1` names this very contract and changes when it does.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

HASH_PREFIX = "ps1:"


def canonical_json(value: Any) -> str:
    """The one text of a JSON value. Raises ValueError on NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def spec_hash(intent: dict[str, Any]) -> str:
    """`ps1:<64 hex digits>` of an intent given as JSON value."""
    return HASH_PREFIX + hashlib.sha256(canonical_json(intent).encode("utf-8")).hexdigest()


def sha256_of(value: Any) -> str:
    """SHA-256 (hex) of a JSON value's canonical text."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()

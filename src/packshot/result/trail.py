"""The audit trail: everything that was decided and released, chained by digests. The format is a published contract.

Each row's digest is the SHA-256 (hex) of the digest before it (64 zeros before the first) followed by the canonical
JSON of `{"entry": …, "kind": …, "number": …}`. So no row can be changed, removed or put in without changing the digest
of every row after it; `docs/review.md` says how anybody verifies that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from packshot.result.release import Release
from packshot.result.review import Review
from packshot.spec import canonical_json

GENESIS: Final = "0" * 64
"""What stands for the digest before the first row."""

Entry = Review | Release


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the trail as it stands in the database, believed in nothing: `entry` is the text that was hashed."""

    number: int
    kind: str
    run_id: str | None
    entry: str
    previous: str
    digest: str


def kind_of(entry: Entry) -> str:
    """What sort of row an entry is: review or release."""
    return "release" if isinstance(entry, Release) else "review"


def entry_text(entry: Entry) -> str:
    """The canonical JSON of an entry."""
    return canonical_json(entry.model_dump(mode="json"))


def link_digest(previous: str, number: int, kind: str, entry: str) -> str:
    """The digest of a row whose entry is that canonical JSON."""
    text = f'{{"entry":{entry},"kind":{canonical_json(kind)},"number":{number}}}'
    return hashlib.sha256((previous + text).encode("utf-8", "surrogatepass")).hexdigest()

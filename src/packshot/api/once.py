"""`Idempotency-Key`: the same key with the same request gives the same job, with another request it is refused."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final

from fastapi import Header

from packshot.api.people import Person
from packshot.errors import RequestError
from packshot.result import Once
from packshot.spec import canonical_json

LONGEST: Final = 255
NOBODY: Final = "-"

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Your own name for this request, up to 255 characters, kept for a day. Sent again with the same"
        " request it gives the same job; with another one, 409.",
    ),
]
"""A route's parameter."""


def once_of(who: Person, key: str | None, route: str, said: Any) -> Once | None:
    """The request's own name, among those of whoever asks. `said` is a JSON value. Raises RequestError."""
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise RequestError(
            "request.invalid",
            "impossible Idempotency-Key",
            expected=f"1 to {LONGEST} printable characters",
            got=f"{len(key)} characters",
        )
    digest = hashlib.sha256(canonical_json({"route": route, "said": said}).encode()).hexdigest()
    return Once(who.id or NOBODY, key, digest)

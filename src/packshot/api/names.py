"""In whose name something is decided: the token's. A name in the request counts only where no token has one."""

from __future__ import annotations

from packshot.api.people import Person
from packshot.errors import RequestError


def who_signs(who: Person, said: str | None) -> str:
    """The name. Raises RequestError where there is none, or another one than the token's."""
    if who.name is not None:
        if said not in (None, who.name):
            raise RequestError(
                "access.role", "this token speaks for somebody else", expected=who.name, got=(said or "")[:100]
            )
        return who.name
    if said is None or not said.strip():
        raise RequestError("request.invalid", "nobody signs", expected="a name as `by`, or a token with a name")
    return said

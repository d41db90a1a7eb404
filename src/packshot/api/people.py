"""Who asks, and whether they may: what the gate found out, as parameters of routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from packshot.errors import RequestError, ServiceError
from packshot.result import Role

STATE: Final = "packshot_person"
BEARER: Final = HTTPBearer(auto_error=False, description="A token of `packshot tokens add`.")


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is the token's, None where none is asked for or it has none; `id` tells its requests from others'."""

    id: str
    name: str | None
    roles: frozenset[Role]

    def may(self, role: Role) -> bool:
        """Whether they have the role, or all of them."""
        return role in self.roles or Role.ADMIN in self.roles


ANYBODY: Final = Person("", None, frozenset(Role))
"""Whoever asks on this machine where no token is needed."""


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
"""For the schema alone: the gate has looked already."""


def person_of(request: Request, _shown: Bearer = None) -> Person:
    """As the gate left it."""
    found: Person = getattr(request.state, STATE)
    return found


def _needs(role: Role) -> Callable[..., Person]:
    def check(request: Request, _shown: Bearer = None) -> Person:
        person = person_of(request)
        if role is Role.CREATE and request.app.state.serving.draining.is_set():
            raise ServiceError(
                "service.closing", "the server ends and takes no new work", hint="ask again when it is back"
            )
        if not person.may(role):
            raise RequestError(
                "access.role",
                f"this token may not {role}",
                expected=f"a token with the role {role}",
                got=", ".join(sorted(person.roles)) or "none",
                hint=f"packshot tokens add NAME --role {role}",
            )
        return person

    return check


Reader = Annotated[Person, Depends(person_of)]
Creator = Annotated[Person, Depends(_needs(Role.CREATE))]
Reviewer = Annotated[Person, Depends(_needs(Role.REVIEW))]
Releaser = Annotated[Person, Depends(_needs(Role.RELEASE))]

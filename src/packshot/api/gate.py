"""What stands before every route: who may come in, and how often. The same rule as the studio's.

Without tokens only this machine comes in, by its own name, and no page of another site. Once there is a token, of the
workspace, a file or the environment, everybody shows one. Knows nothing about what is behind.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from packshot.access.attempts import Attempts
from packshot.access.tokens import Tokens
from packshot.access.tunnel import is_loopback
from packshot.api.errors import answer
from packshot.api.links import PATH as SIGNED
from packshot.api.pace import Pace
from packshot.api.people import ANYBODY, STATE, Person
from packshot.errors import PackshotError, RequestError

OPEN: Final = ("/healthz", "/readyz")
OWN_NAME: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
OWN_ORIGIN: Final = re.compile(rf"https?://{OWN_NAME.pattern}", re.IGNORECASE)
UNKNOWN: Final = "unknown"


class Gate:
    """ASGI middleware. `tokens` gives those that hold now, None where none is needed; asked for every request."""

    def __init__(
        self,
        app: ASGIApp,
        tokens: Callable[[], Tokens | None],
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._pace = Pace(per_minute, clock)
        self._attempts = Attempts(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through under the person's name, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            person = await self._person(HTTPConnection(scope))
            self._keep_pace(person, scope)
        except _Wait as wait:
            await answer(wait.error, after_s=wait.after_s)(scope, receive, send)
            return
        except PackshotError as error:
            await answer(error)(scope, receive, send)
            return
        scope.setdefault("state", {})[STATE] = person
        await self._app(scope, receive, send)

    async def _person(self, asking: HTTPConnection) -> Person:
        path = asking.scope["path"]
        if path in OPEN or path.startswith(f"{SIGNED}/"):
            return Person("", None, frozenset())
        tokens = await run_in_threadpool(self._tokens)
        if tokens is None:
            self._check_here(asking)
            return ANYBODY
        return self._holder(asking, tokens)

    def _check_here(self, asking: HTTPConnection) -> None:
        if not is_loopback(_client(asking)) or not OWN_NAME.fullmatch(asking.headers.get("host", "")):
            raise RequestError(
                "access.token",
                "without tokens only this machine comes in, by its own name",
                expected="http://127.0.0.1, or a token",
                hint="packshot tokens add NAME --role create",
            )
        origin = asking.headers.get("origin")
        if origin is not None and not OWN_ORIGIN.fullmatch(origin):
            raise RequestError("access.origin", "a page of another site asks", expected="no Origin", got=origin[:200])

    def _holder(self, asking: HTTPConnection, tokens: Tokens) -> Person:
        """Whoever has a random token comes in; of tokens that people chose, guessing is slowed for the address."""
        offered = _bearer(asking)
        client = _client(asking)
        holder = None if offered is None else tokens.holder_of(offered)
        if holder is not None and holder.is_random:
            return Person(holder.id, holder.name or None, holder.roles)
        wait_s = self._attempts.wait_s(client) if offered is not None else 0.0
        if wait_s > 0:
            raise _Wait(RequestError("access.rate", "too many wrong tokens from this address"), wait_s)
        if holder is None:
            if offered is not None:
                self._attempts.wrong(client)
            raise RequestError(
                "access.token",
                "no valid token",
                expected="Authorization: Bearer TOKEN",
                got="nothing" if offered is None else "a token that is unknown or was revoked",
            )
        self._attempts.right(client)
        return Person(holder.id, holder.name or None, holder.roles)

    def _keep_pace(self, person: Person, scope: Scope) -> None:
        if scope["path"] in OPEN:
            return
        wait_s = self._pace.wait_s(person.id or _client(HTTPConnection(scope)))
        if wait_s > 0:
            raise _Wait(RequestError("access.rate", "too many requests", hint="Retry-After tells when"), wait_s)


class _Wait(Exception):
    def __init__(self, error: RequestError, after_s: float) -> None:
        super().__init__(error.code)
        self.error = error
        self.after_s = after_s


def _client(asking: HTTPConnection) -> str:
    return UNKNOWN if asking.client is None else asking.client.host


def _bearer(asking: HTTPConnection) -> str | None:
    kind, _space, token = asking.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None

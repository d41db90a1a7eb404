"""What stands before every page, picture and WebSocket: who may come in, and what browsers are told to guard.

Without tokens only this machine comes in, by its own name (a page of another site that had its name point here, DNS
rebinding, would come under that name). With tokens, everybody shows one, on this machine as well: on a shared node of
a cluster, others reach 127.0.0.1 too. Knows nothing about what is behind.

Paths are read as they came: `request.url` is put together with the Host header, which anybody can write.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from packshot.access.attempts import Attempts
from packshot.access.signing import LASTS_S
from packshot.access.tunnel import is_loopback
from packshot.app.access import PERSON_HEADER, stand_guard
from packshot.app.gate_pages import help_page, mistake_page, sign_in_page, spoken, stranger_page, wait_words
from packshot.app.policy import Policies, Policy

HEALTH: Final = "/_stcore/health"
SIGN_IN: Final = "/sign-in"
SIGN_OUT: Final = "/sign-out"
TOKEN_NEEDED: Final = "a token is needed: Authorization: Bearer TOKEN\n"
FORM_BYTES_MAX: Final = 4096
POLICY_VIOLATION: Final = 1008
"""The WebSocket's code; before the handshake, the server turns it into 403."""

GUARDS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
OWN_NAME: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
"""With any port: a tunnel may begin at another one."""

FRESH_S: Final = 2.0
"""How long a policy holds until it is asked for again: a token that is revoked lets somebody in so much longer."""

FORWARDED: Final = "forwarded"
FRAMES: Final = "frame-ancestors 'self'"


class Gate:
    """ASGI middleware. `policy` is asked when the server knows its address, and again every few seconds while requests
    come; `clock` tells seconds.
    """

    def __init__(
        self, app: ASGIApp, policy: Callable[[], Policy] | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        stand_guard()
        self._app = app
        self._ask_policy = policy or Policies()
        self._policy = self._ask_policy()
        self._asked_s = clock()
        self._asking = asyncio.Lock()
        self._clock = clock
        self._attempts = Attempts(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through under the person's name, or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asking = HTTPConnection(scope)
        await self._refresh()
        answer = await self._answer(asking, receive)
        if answer is None and scope["type"] == "websocket":
            stream = _Stream(receive, send, partial(self._still, asking, self._person(asking)))
            await self._app(_named(scope, self._person(asking)), stream.receive, _guarded(stream.send))
        elif answer is None:
            await self._app(_named(scope, self._person(asking)), receive, _guarded(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await answer(scope, receive, _guarded(send))

    async def _refresh(self) -> None:
        """What the gate knows is younger than `FRESH_S` afterwards. Asking reads a database, so another thread does."""
        async with self._asking:
            if 0 <= self._clock() - self._asked_s < FRESH_S:
                return
            self._policy = await run_in_threadpool(self._ask_policy)
            self._asked_s = self._clock()

    async def _still(self, asking: HTTPConnection, person: str | None) -> bool:
        """Whether who opened a stream may go on: a page's stream stays open for hours."""
        await self._refresh()
        if self._policy.tokens is None:
            return self._without_tokens(asking) is None
        return person is not None and self._person(asking) == person

    async def _answer(self, asking: HTTPConnection, receive: Receive) -> Response | None:
        """None lets it through."""
        if asking.scope["path"] == HEALTH:
            return None
        if self._policy.tokens is None:
            return self._without_tokens(asking)
        if asking.scope["path"] == SIGN_IN and asking.scope.get("method") == "POST":
            return await self._signing_in(Request(asking.scope, receive))
        if asking.scope["path"] == SIGN_OUT:
            return self._signed_out(asking)
        if self._person(asking) is not None:
            return RedirectResponse("/", 303) if asking.scope["path"] == SIGN_IN else None
        return self._ask(asking)

    def _without_tokens(self, asking: HTTPConnection) -> Response | None:
        language = spoken(asking)
        if self._policy.mistake is not None:
            return mistake_page(language)
        if not self._policy.is_open_to_this_machine or not is_loopback(_client(asking)):
            return help_page(language, self._policy.port)
        return (
            None if OWN_NAME.fullmatch(asking.headers.get("host", "")) else stranger_page(language, self._policy.port)
        )

    def _person(self, asking: HTTPConnection) -> str | None:
        """The name that the cookie or the `Authorization: Bearer` of a script stands for, `""` for a token without."""
        tokens, signing = self._policy.tokens, self._policy.signing
        if tokens is None or signing is None:
            return None
        kept = signing.name_in(asking.cookies.get(signing.cookie, ""), self._clock())
        bearer = _bearer(asking)
        if kept is not None or bearer is None or self._attempts.wait_s(_client(asking)) > 0:
            return kept
        return tokens.name_of(bearer)

    def _ask(self, asking: HTTPConnection) -> Response:
        """A page for people, a sentence for scripts. A wrong token in the header counts as an attempt."""
        language = spoken(asking)
        if _bearer(asking) is not None:
            wait_s = self._attempts.wait_s(_client(asking))
            if wait_s > 0:
                return _wait(language, wait_s)
            self._attempts.wrong(_client(asking))
        if "text/html" not in asking.headers.get("accept", ""):
            return PlainTextResponse(
                "a token is needed: Authorization: Bearer TOKEN\n", 401, {"WWW-Authenticate": "Bearer"}
            )
        query = asking.scope["query_string"].decode("latin-1")
        return sign_in_page(language, after=asking.scope["path"] + (f"?{query}" if query else ""))

    async def _signing_in(self, request: Request) -> Response:
        language, client = spoken(request), _client(request)
        offered, after = await _form(request)
        wait_s = self._attempts.wait_s(client)
        if wait_s > 0:
            return sign_in_page(language, after=after, problem=wait_words(language, wait_s), status=429, wait_s=wait_s)
        tokens, signing = self._policy.tokens, self._policy.signing
        holder = tokens.holder_of(offered) if tokens else None
        if holder is None or signing is None:
            self._attempts.wrong(client)
            return sign_in_page(language, after=after, is_wrong=True)
        self._attempts.right(client)
        response = RedirectResponse(_inside(after), 303)
        response.set_cookie(
            signing.cookie,
            signing.sign(holder, self._clock()),
            max_age=LASTS_S,
            httponly=True,
            samesite="lax",
            secure=request.scope["scheme"] == "https",
        )
        return response

    def _signed_out(self, asking: HTTPConnection) -> Response:
        response = sign_in_page(spoken(asking), after="/", status=200)
        if self._policy.signing is not None:
            response.delete_cookie(self._policy.signing.cookie, httponly=True, samesite="lax")
        return response


class _Stream:
    """A page's WebSocket, which ends at the next message of somebody who may not come in any more."""

    def __init__(self, receive: Receive, send: Send, still: Callable[[], Awaitable[bool]]) -> None:
        self._receive, self._send, self._still = receive, send, still
        self._is_ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] != "websocket.receive" or await self._still():
            return message
        if not self._is_ended:
            self._is_ended = True
            await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    async def send(self, message: Message) -> None:
        if not self._is_ended:
            await self._send(message)


def _named(scope: Scope, person: str | None) -> Scope:
    """The request with the person's name; whatever came under that header is dropped."""
    header = PERSON_HEADER.lower().encode()
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    kept = [(name, value) for name, value in headers if name.lower() != header]
    ours = [] if person is None else [(header, quote(person).encode())]
    return {**scope, "headers": kept + ours}


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in GUARDS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", FRAMES)
        await send(message)

    return guarded


def _client(asking: HTTPConnection) -> str:
    """The address that asks. Who is on this machine can put any other in `X-Forwarded-For`, which leaves port 0: such
    count as one, unless whoever started the server named the proxies it stands behind.
    """
    client = asking.client
    if client is None or (client.port == 0 and "FORWARDED_ALLOW_IPS" not in os.environ):
        return FORWARDED
    return client.host


def _bearer(asking: HTTPConnection) -> str | None:
    kind, _space, token = asking.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def _form(request: Request) -> tuple[str, str]:
    """The token and where to go afterwards; nothing of a form that is longer than ours can be."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > FORM_BYTES_MAX:
                return "", "/"
    except ClientDisconnect:
        return "", "/"
    fields = parse_qs(body.decode("utf-8", "replace"))
    return fields.get("token", [""])[0].strip(), fields.get("after", ["/"])[0]


def _inside(after: str) -> str:
    """A path of this studio; never another host's address."""
    return after if after.startswith("/") and after[1:2] not in ("/", "\\") and after.isprintable() else "/"


def _wait(language: str, wait_s: float) -> Response:
    return PlainTextResponse(wait_words(language, wait_s) + "\n", 429, {"Retry-After": str(int(wait_s) + 1)})

"""Bodies: too large ones are refused before they are read, endless ones while they are, and slow ones in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from packshot.api.errors import answer
from packshot.api.limits import Limits
from packshot.errors import RequestError

PICTURES: Final = ("/v1/images/edits",)
"""Routes whose bodies hold pictures."""

CLOSE: Final = "Connection"


class Bodies:
    """ASGI middleware. `limits` says how much and how slow."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers instead of the application where its body went wrong, whatever the application made of that."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limits.edit_bytes if scope["path"] in PICTURES else self._limits.body_bytes
        body = _Body(receive, most, self._limits, declared=_has_body(Headers(scope=scope)))
        body.check(Headers(scope=scope))
        told = _Told(send, body)
        try:
            if body.error is None:
                await self._app(scope, body.receive, told.send)
        except RequestError:
            if body.error is None:
                raise
        if body.error is not None and not told.begun:
            await answer(body.error)(scope, receive, told.answer)


@dataclass(slots=True)
class _Body:
    """Counts what comes and looks at the clock. `error` is what went wrong."""

    source: Receive
    most: int
    limits: Limits
    declared: bool
    error: RequestError | None = None
    read: int = 0
    is_whole: bool = False
    began_s: float = field(default_factory=time.monotonic)

    def check(self, headers: Mapping[str, str]) -> None:
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length[:20]) > self.most:
            self.error = self._too_large(length[:20])

    async def receive(self) -> Message:
        if self.is_whole:
            return await self.source()
        left_s = self.limits.body_s + self.read / self.limits.bytes_per_s - (time.monotonic() - self.began_s)
        try:
            message = await asyncio.wait_for(self.source(), max(0.01, left_s))
        except TimeoutError:
            self.error = RequestError(
                "request.slow",
                "the body came too slowly",
                expected=f"{self.limits.body_s:g} s, and a second more for every {self.limits.bytes_per_s} bytes",
                got=f"{self.read} bytes",
            )
            raise self.error from None
        if message["type"] != "http.request":
            return message
        self.read += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.read > self.most:
            self.error = self._too_large(f"more than {self.most}")
            raise self.error
        return message

    @property
    def is_left(self) -> bool:
        """Whether some of it was not read: then the connection cannot serve another request."""
        return self.declared and not self.is_whole

    def _too_large(self, got: str) -> RequestError:
        return RequestError(
            "request.too_large", "the body is too large", expected=f"at most {self.most} bytes", got=f"{got} bytes"
        )


@dataclass(slots=True)
class _Told:
    """Holds back what the application says of a body that went wrong."""

    target: Send
    body: _Body
    begun: bool = False

    async def send(self, message: Message) -> None:
        if self.body.error is not None and not self.begun:
            return
        await self.answer(message)

    async def answer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            if self.body.is_left:
                MutableHeaders(scope=message)[CLOSE] = "close"
        await self.target(message)


def _has_body(headers: Mapping[str, str]) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

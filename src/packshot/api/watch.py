"""Around everything: the request's id, how long it took, and what nobody expected. Logs no prompt and no secret.

`X-Request-Id` is taken from the client where it is one, else made; it stands in the answer and in the log.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from packshot.api.errors import answer
from packshot.api.metrics import Metrics
from packshot.api.people import STATE
from packshot.errors import PackshotError, ServiceError
from packshot.log import trace_of

HEADER: Final = "X-Request-Id"
FITTING: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
NO_ROUTE: Final = "none"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_LOG = logging.getLogger(__name__)


class Watch:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets every request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if FITTING.fullmatch(given) else uuid.uuid4().hex
        began_s = time.monotonic()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                self._told(scope, request_id, status, time.monotonic() - began_s)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            _LOG.error("request %s: %s", request_id, trace_of(error))
            if status:
                raise
            await answer(_unexpected(error, request_id))(scope, receive, watched)

    def _told(self, scope: Scope, request_id: str, status: int, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self._metrics.answered(route, method, status, took_s)
        person = scope.get("state", {}).get(STATE)
        who = (person.name if person is not None else None) or "-"
        _LOG.info("%s %s %d %.0f ms request=%s token=%s", method, route, status, took_s * 1000, request_id, who)


def _unexpected(error: Exception, request_id: str) -> PackshotError:
    if isinstance(error, PackshotError):
        return error
    return ServiceError(
        "service.failed", "something unexpected happened", hint=f"the server's log has it under request {request_id}"
    )

"""The server: uvicorn, ending as servers should. On SIGTERM no new work is taken, what runs is finished or left."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import h11
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from packshot.api.errors import answer
from packshot.api.limits import Limits
from packshot.api.serving import Serving
from packshot.errors import RequestError, ServiceError

ENDING_S: Final = 15
"""For answers that say so, once what runs was given up."""

KEEP_ALIVE_S: Final = 30


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that waits for a request's first lines only so long: uvicorn itself waits for ever.

    What uvicorn answers by itself, to what is no request and to one connection too many, is told as all errors are.
    """

    head_s: float = 10.0
    most: int = 512

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection: its first request has to come. One too many is told so, and closed."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self.app = _busy
        self._head_timer = self.loop.call_later(self.head_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended."""
        self._head_timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The next request has as long to begin as connections are kept, and then as long to be told."""
        super().on_response_complete()
        self._head_timer.cancel()
        self._head_timer = self.loop.call_later(KEEP_ALIVE_S + self.head_s, self._give_up)

    def send_400_response(self, msg: str) -> None:
        """In place of uvicorn's sentence: `msg` says nothing more."""
        said = answer(RequestError("request.invalid", "this is no HTTP/1.1 request, or its head is too large"))
        head = [(name, value) for name, value in said.raw_headers if name != b"connection"]
        for event in (
            h11.Response(
                status_code=said.status_code, headers=[*head, (b"connection", b"close")], reason=b"Bad Request"
            ),
            h11.Data(data=bytes(said.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _give_up(self) -> None:
        """Nothing is closed while a request is answered."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    """The application of a connection too many."""
    said = answer(ServiceError("service.full", "too many connections", hint="ask again a little later"), status=503)
    said.headers["Connection"] = "close"
    await said(scope, receive, send)


def _patient(limits: Limits) -> type[PatientProtocol]:
    """The protocol with its patience: uvicorn makes one for each connection by itself."""

    class Protocol(PatientProtocol):
        """As above."""

    Protocol.head_s, Protocol.most = limits.head_s, limits.connections
    return Protocol


class Server(uvicorn.Server):
    """Ends by SIGTERM or SIGINT: `draining` is set, waited for, and then the service is closed."""

    def __init__(self, app: FastAPI, serving: Serving, host: str, port: int) -> None:
        limits = serving.limits
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=_patient(limits),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=int(limits.drain_s) + ENDING_S,
            )
        )
        self._serving = serving
        self._patience = threading.Timer(limits.drain_s, serving.service.close)
        self._patience.daemon = True
        self.signal: int | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Until it is told to end, and what ran is over."""
        try:
            await super().serve(sockets)
        finally:
            self._patience.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, and makes the engine ready from then on."""
        await super().startup(sockets)
        self._serving.service.warm_up()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's, the signal is not raised again: a server that was asked to end and did so is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """No new work from now on. A second Ctrl-C ends at once."""
        self.signal = sig
        self.end()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Drain and end, from any thread."""
        if not self._serving.draining.is_set():
            self._serving.draining.set()
            threading.Thread(target=self._serving.service.drain, name="drain", daemon=True).start()
            self._patience.start()
        self.should_exit = True


def serve(server: Server) -> int | None:
    """Runs until it is told to end; the signal that told it."""
    server.run()
    return server.signal

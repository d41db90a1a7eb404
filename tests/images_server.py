"""A tiny server that speaks OpenAI's images API as documented, and goes wrong as it is told to.

Pictures are drawn from the seed and the prompt, so the same request gives the same picture.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from PIL import Image

MODEL = "some/model"


@dataclass
class Seen:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    fields: dict[str, Any]
    image: bytes | None = None


@dataclass
class Reply:
    """What is answered in place of a picture. `cut` closes the connection after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


@dataclass
class ImagesServer:
    """`replies` are given first, one a request; `pictures` then. `hold` is waited for before an answer."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    replies: list[Reply | Callable[[Seen], Reply]] = field(default_factory=list)
    models: Reply | None = None
    hold: threading.Event | None = None
    together: int = 0
    most_together: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reference(self) -> str:
        return f"openai+{self.url}/v1#{MODEL}"

    @property
    def place(self) -> str:
        return self.url.removeprefix("http://")

    def answer(self, seen: Seen) -> Reply:
        with self.lock:
            self.seen.append(seen)
            self.together += 1
            self.most_together = max(self.together, self.most_together)
            scripted = self.replies.pop(0) if self.replies else None
        if self.hold is not None:
            self.hold.wait(20)
        with self.lock:
            self.together -= 1
        if callable(scripted):
            return scripted(seen)
        return scripted or with_picture(drawn(seen))


def drawn(seen: Seen, size: tuple[int, int] | None = None, kind: str = "PNG") -> bytes:
    """A picture file of the size asked for."""
    width, height = size or map(int, seen.fields["size"].split("x"))
    words = json.dumps([seen.fields["prompt"], str(seen.fields["seed"])]).encode()
    rng = np.random.default_rng(list(hashlib.sha256(words).digest()))
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 255, (height, width, 3), np.uint8)).save(file, kind)
    return file.getvalue()


def with_picture(file: bytes, **more: Any) -> Reply:
    """The documented answer with one picture."""
    entry = {"b64_json": base64.b64encode(file).decode(), **more}
    return in_json({"created": 1, "data": [entry]})


def in_json(value: Any, status: int = 200, **headers: str) -> Reply:
    """Any JSON; a header's underscores are hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


def refused(status: int, message: str, **headers: str) -> Reply:
    """An error in OpenAI's form."""
    return in_json({"error": {"message": message, "type": "x", "param": None, "code": None}}, status, **headers)


@contextmanager
def images_server() -> Iterator[ImagesServer]:
    """It listens on a port of its own, in a thread."""
    server = ImagesServer()

    class Handler(BaseHTTPRequestHandler):
        server_version = "Double/1"
        sys_version = ""

        def log_message(self, *_args: Any) -> None:
            return

        def do_GET(self) -> None:
            entry = {"id": MODEL, "object": "model", "created": 1, "owned_by": "somebody", "root": "/weights"}
            self._send(server.models or in_json({"object": "list", "data": [{"id": "other"}, entry]}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._send(server.answer(_seen(self.path, dict(self.headers), body)))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body[: reply.cut])
            except OSError:
                return
            if reply.cut is not None:
                self.close_connection = True

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield server
    finally:
        if server.hold is not None:
            server.hold.set()
        listening.shutdown()
        listening.server_close()


def _seen(path: str, headers: dict[str, str], body: bytes) -> Seen:
    kind = headers.get("Content-Type", "")
    if not kind.startswith("multipart/form-data"):
        return Seen(path, headers, json.loads(body))
    fields: dict[str, Any] = {}
    image = None
    for part in message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body).get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        data = part.get_payload(decode=True)  # type: ignore[union-attr]
        if name == "image":
            image = data
        else:
            fields[str(name)] = data.decode()  # type: ignore[union-attr]
    return Seen(path, headers, fields, image)  # type: ignore[arg-type]

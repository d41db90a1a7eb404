"""Bodies that are too large, endless or slow, and requests that never come, against a real server."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from packshot.api.limits import Limits
from tests.api.conftest import Opened, listening, opened

LIMITS = Limits(body_bytes=2000, edit_bytes=5000, body_s=0.4, head_s=0.6, bytes_per_s=1_000_000)
HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, tiny_sd: Path) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("bodies"), tiny_sd, limits=LIMITS) as at, listening(at) as server:
        yield server


def connect(live: Opened) -> socket.socket:
    host, _colon, port = (live.url or "").removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def talk(live: Opened, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """What the server says until it closes, when it is told this."""
    with connect(live) as line:
        for part in parts:
            try:
                line.sendall(part)
            except OSError:
                break
            time.sleep(pause_s)
        said = b""
        try:
            while more := line.recv(65536):
                said += more
        except OSError:
            pass
        return said


def read(line: socket.socket, end: bytes) -> bytes:
    """What comes up to those bytes: the server may leave the connection open, or reset it."""
    said = b""
    while not said.endswith(end) and (more := line.recv(65536)):
        said += more
    return said


def error(said: bytes) -> tuple[int, str]:
    head, _blank, body = said.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    return int(head.split()[1]), json.loads(body)["error"]["code"]


def head(path: str, *lines: str) -> bytes:
    return (HEAD.format(path=path) + "".join(f"{line}\r\n" for line in lines) + "\r\n").encode()


def test_too_large_is_refused_before_a_byte_of_it_is_read(live: Opened) -> None:
    assert error(talk(live, head("/v1/images/generations", "Content-Length: 99999999"))) == (413, "request.too_large")
    assert error(talk(live, head("/v1/images/edits", "Content-Length: 99999999"))) == (413, "request.too_large")


def test_an_endless_body_is_refused_while_it_comes(live: Opened) -> None:
    chunk = b"3e8\r\n" + b"x" * 1000 + b"\r\n"
    said = talk(live, head("/v1/images/generations", "Transfer-Encoding: chunked"), *[chunk] * 3)
    assert error(said) == (413, "request.too_large")


def test_a_slow_body_is_given_up(live: Opened) -> None:
    said = talk(live, head("/v1/images/generations", "Content-Length: 1000"), b"{")
    assert error(said) == (408, "request.slow")


def test_a_head_that_never_ends_is_given_up(live: Opened) -> None:
    began = time.monotonic()
    assert talk(live, b"POST /v1/images/generations HTTP/1.1\r\nHost: 127") == b""
    assert talk(live, b"") == b""
    assert time.monotonic() - began < 60


def test_others_are_served_meanwhile(live: Opened) -> None:
    import httpx

    with connect(live) as slow:
        slow.sendall(head("/v1/images/generations", "Content-Length: 1000"))
        assert httpx.get(f"{live.url}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        head("/v1/images/generations", "Transfer-Encoding: chunked") + b"ZZZ\r\n",
        head("/v1/images/generations", "Content-Length: 5", "Content-Length: 6") + b"hello",
        head("/v1/images/generations", "Content-Length: -5"),
        head("/v1/images/generations", "X: " + "a" * 200_000),
    ],
    ids=["TLS", "chunk", "two lengths", "negative length", "large head"],
)
def test_what_is_no_http_is_refused(live: Opened, said: bytes) -> None:
    with connect(live) as line:
        line.sendall(said)
        assert error(read(line, b"}}")) == (400, "request.invalid")


def test_a_connection_too_many_is_told_so_and_the_others_are_served(tmp_path: Path, tiny_sd: Path) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with opened(tmp_path, tiny_sd, limits=Limits(connections=3)) as at, listening(at) as live, ExitStack() as stack:
        lines = [stack.enter_context(connect(live)) for _time in range(3)]
        for line in lines:
            line.sendall(asked)
            assert b" 200 " in read(line, b"}")
        refused = talk(live, asked)
        assert error(refused) == (503, "service.full")
        assert b"retry-after: " in refused.lower()
        lines[0].sendall(asked)
        assert b" 200 " in read(lines[0], b"}")


def test_many_that_drip_do_not_hold_others_up(live: Opened) -> None:
    import httpx

    with ExitStack() as stack:
        lines = [stack.enter_context(connect(live)) for _time in range(30)]
        for number, line in enumerate(lines):
            line.sendall(head("/v1/images/generations", "Content-Length: 1000") if number % 2 else b"POST /v1/im")
        for line in lines:
            with suppress(OSError):
                line.sendall(b"a")
        assert httpx.get(f"{live.url}/healthz").status_code == 200
        ends = [b""] * len(lines)
        for number, line in enumerate(lines):
            with suppress(OSError):
                while more := line.recv(65536):
                    ends[number] += more
        assert {error(said) if said else None for said in ends} <= {(408, "request.slow"), None}
        assert httpx.get(f"{live.url}/healthz").status_code == 200


def test_the_queue_has_its_limit(open_api: Callable[..., Opened]) -> None:
    from tests.service.conftest import HeldEngine

    at = open_api(engine=HeldEngine(), most=12)
    client = at.client()
    answers = [
        client.post("/v1/packshot/jobs", json={"prompt": "a red mug", "size": "64x64", "seed": number})
        for number in range(13)
    ]
    assert [answer.status_code for answer in answers] == [202] * 12 + [429]
    assert answers[-1].json()["error"]["code"] == "service.full"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "packshot_queue_jobs 12.0" in client.get("/metrics").text

"""Asks a server over HTTP, again where that may help. Knows nothing of orders.

A request has a name of its own (`Idempotency-Key`), the same for every try: a server that knows such names makes the
picture once. Redirections are not followed, and nothing but the environment gives a key.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import requests

from packshot.engine.remote.answer import ANSWER_MAX_BYTES
from packshot.engine.remote.refusal import KEYS, is_passing, refusal, wait_s
from packshot.engine.remote.request import Asked
from packshot.errors import EngineError
from packshot.models import RemoteReference

PIECE_BYTES: Final = 65536
REFUSAL_MAX_BYTES: Final = 65536
LIST_MAX_BYTES: Final = 1_000_000
LIST_S: Final = 5.0
TELLING: Final = ("owned_by", "root", "parent", "digest", "revision", "side_px")
"""What of a model's entry in a list says which weights it has. `created` is the time of the request on some servers."""

_PRINTABLE: Final = re.compile(r"[!-~]+")

Lost = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to connect and to wait for an answer (a picture may wait in the server's queue), and how many tries.

    A wait of more than `longest_wait_s` between two tries is not begun.
    """

    connect_s: float = 10.0
    answer_s: float = 600.0
    tries: int = 5
    backoff_s: float = 1.0
    longest_wait_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, what the server calls itself, and how long the try that succeeded took."""

    body: bytes
    server: str
    seconds: float
    tries: int


class GivenUp(Exception):
    """Nobody wants the picture any more."""


class Client:
    """One for all servers; may be used from many threads. `key` reads the environment, None where there is none."""

    def __init__(
        self,
        key: Callable[[], str | None],
        *,
        offline: bool = False,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._offline = offline
        self._patience = patience or Patience()
        self._clock = clock

    def ask(self, reference: RemoteReference, asked: Asked, once: str, stop: threading.Event) -> Answer:
        """Ask until there is an answer. Raises EngineError (`remote.*`), and GivenUp once `stop` is set."""
        self._refuse_offline(reference)
        key, patience = self._usable_key(), self._patience
        for tried in range(1, patience.tries + 1):
            if stop.is_set():
                raise GivenUp
            failed, after = EngineError("remote.unreachable", f"{reference.place} cannot be reached"), None
            try:
                began = self._clock()
                with self._sent(reference, asked, once, key) as response:
                    if response.status_code == 200:
                        body = self._body(response, ANSWER_MAX_BYTES, reference)
                        server = _short(response.headers.get("Server", ""))
                        return Answer(body, server, self._clock() - began, tried)
                    failed = self._refused(response, reference, key)
                    if not is_passing(response.status_code):
                        raise failed
                    after = response.headers.get("Retry-After")
            except Lost as error:
                failed = _lost(reference, error)
            except requests.Timeout:
                raise _too_slow(reference, patience.answer_s) from None
            except requests.RequestException:
                raise failed from None
            self._wait(wait_s(after, tried, patience.backoff_s, datetime.now(UTC)), tried, failed, stop)
        raise AssertionError("the last try either answers or raises")

    def told(self, reference: RemoteReference) -> dict[str, str]:
        """What the server's list says of the model (`GET …/models`); nothing where it has no list."""
        try:
            with self._session(reference) as session:
                address = f"{reference.address}/models"
                auth = _Headers(self._usable_key())
                with session.get(
                    address, auth=auth, timeout=(LIST_S, LIST_S), stream=True, allow_redirects=False
                ) as response:
                    if response.status_code != 200:
                        return {}
                    return _telling(self._body(response, LIST_MAX_BYTES, reference, LIST_S), reference.name)
        except (requests.RequestException, EngineError):
            return {}

    def _refuse_offline(self, reference: RemoteReference) -> None:
        if self._offline and not reference.is_here:
            raise EngineError(
                "remote.unreachable",
                f"{reference.place} is not asked: the setting offline forbids the network",
                hint="PACKSHOT_OFFLINE, HF_HUB_OFFLINE or packshot.toml says so",
            )

    def _usable_key(self) -> str | None:
        """Without the white space of a file it came from. Raises EngineError that does not show it."""
        key = (self._key() or "").strip()
        if key and not _PRINTABLE.fullmatch(key):
            raise EngineError(
                "remote.key", "the key in the environment cannot be used", expected=f"printable ASCII in {KEYS}"
            )
        return key or None

    def _session(self, reference: RemoteReference) -> requests.Session:
        """A new one each time: none may be shared by threads. To this machine no proxy is asked."""
        session = requests.Session()
        session.trust_env = not reference.is_here
        return session

    def _sent(self, reference: RemoteReference, asked: Asked, once: str, key: str | None) -> requests.Response:
        more: dict[str, Any] = {"json": asked.fields}
        if asked.source is not None:
            more = {
                "data": {name: str(value) for name, value in asked.fields.items()},
                "files": {"image": ("source.png", asked.source, "image/png")},
            }
        with self._session(reference) as session:
            return session.post(
                f"{reference.address}/{asked.route}",
                auth=_Headers(key, once),
                timeout=(self._patience.connect_s, self._patience.answer_s),
                stream=True,
                allow_redirects=False,
                **more,
            )

    def _refused(self, response: requests.Response, reference: RemoteReference, key: str | None) -> EngineError:
        """What it says is of use only where it is short: of a longer body the status alone is told."""
        try:
            said = self._body(response, REFUSAL_MAX_BYTES, reference)
        except EngineError:
            said = b""
        return refusal(response.status_code, said, place=reference.place, key=key)

    def _body(
        self, response: requests.Response, most: int, reference: RemoteReference, seconds: float | None = None
    ) -> bytes:
        """Raises EngineError where it is too large, packed (which hides its size), or comes too slowly."""
        limit_s = self._patience.answer_s if seconds is None else seconds
        until = self._clock() + limit_s
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise EngineError(
                "remote.answer", "the server's answer is compressed, which was not asked for", expected="plain JSON"
            )
        body = bytearray()
        for piece in response.iter_content(PIECE_BYTES):
            body += piece
            if len(body) > most:
                raise EngineError(
                    "remote.answer", "the server's answer is too large", expected=f"at most {most / 1e6:.0f} MB"
                )
            if self._clock() > until:
                raise _too_slow(reference, limit_s)
        return bytes(body)

    def _wait(self, seconds: float, tried: int, failed: EngineError, stop: threading.Event) -> None:
        """Until the next try. Raises `failed` where there is none, or it is too far away."""
        if tried >= self._patience.tries or seconds > self._patience.longest_wait_s:
            raise failed
        if stop.wait(seconds):
            raise GivenUp


@dataclass(frozen=True, slots=True)
class _Headers:
    """Of every request. Given also without a key: else a password for the host would be looked for in files."""

    key: str | None = field(repr=False)
    once: str = ""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Accept-Encoding"] = "identity"
        if self.once:
            prepared.headers["Idempotency-Key"] = self.once
        if self.key:
            prepared.headers["Authorization"] = f"Bearer {self.key}"
        return prepared


def _lost(reference: RemoteReference, error: Exception) -> EngineError:
    """A certificate that is not trusted is no passing matter, but it costs little to find that out again."""
    if isinstance(error, requests.exceptions.SSLError):
        return EngineError(
            "remote.unreachable",
            f"the certificate of {reference.place} is not trusted",
            hint="REQUESTS_CA_BUNDLE names the file of an authority of your own",
        )
    return EngineError(
        "remote.unreachable",
        f"{reference.place} cannot be reached",
        expected="a server that listens there, and stays until it has answered",
        hint="is the server running, and the address right?",
    )


def _too_slow(reference: RemoteReference, seconds: float) -> EngineError:
    return EngineError(
        "remote.unreachable",
        f"{reference.place} gives no answer",
        expected=f"a whole answer in {seconds:.0f} s",
        hint="the server may still be at it: ask again later",
    )


def _telling(body: bytes, name: str) -> dict[str, str]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    entries = answer.get("data") if isinstance(answer, dict) else None
    listed = entries if isinstance(entries, list) else []
    found: Mapping[str, Any] = next(
        (entry for entry in listed if isinstance(entry, dict) and entry.get("id") == name), {}
    )
    return {key: _short(str(found[key])) for key in TELLING if isinstance(found.get(key), str | int)}


def _short(text: str) -> str:
    """What a server says of itself stands in records: printable, and not long."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:100]

"""`openai+https://host/v1#model`: a model on a server that speaks OpenAI's images API. Reads the text, asks nobody.

A name and password in the address are refused unseen: references stand in records, in files and in logs. Plain HTTP is
taken to this machine alone.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from packshot.errors import ModelError

PREFIX: Final = "openai+"
FORM: Final = "openai+https://host/v1#model, or openai+http://127.0.0.1:PORT/v1#model"
PORTS: Final = {"https": 443, "http": 80}
NAME: Final = re.compile(r"[!-~]{1,200}")
HOST: Final = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}")
PATH: Final = re.compile(r"[\w.~/%+-]*", re.ASCII)
LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class RemoteReference:
    """A server's address as far as its version (`https://host/v1`, without a slash at its end), and a model's name."""

    scheme: str
    host: str
    port: int
    path: str
    name: str

    @property
    def place(self) -> str:
        """`host`, or `host:port` where the port is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """What a route's name is put behind."""
        return f"{self.scheme}://{self.place}{self.path}"

    @property
    def text(self) -> str:
        """The reference, written in one way whatever way it came."""
        return f"{PREFIX}{self.address}#{self.name}"

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine."""
        return is_loopback(self.host)

    def is_among(self, hosts: Collection[str]) -> bool:
        """Whether requests may go there: to this machine always, else to hosts that are named (`host`, `host:port`)."""
        return self.is_here or not {self.host, self.place, f"{self.host}:{self.port}"}.isdisjoint(hosts)


def is_remote(text: str) -> bool:
    """Whether a text is meant as such a reference."""
    return text.startswith(PREFIX)


def parse_remote(text: str) -> RemoteReference:
    """Raises ModelError (`model.remote`)."""
    address, _, name = text.removeprefix(PREFIX).partition("#")
    parts = _split(address)
    if parts is None or len(text) > LONGEST:
        raise _unusable("the address of the remote model cannot be read", text)
    if "@" in parts.netloc:
        raise _unusable("the address of the remote model holds a name or a password", "")
    host, path = (parts.hostname or "").lower(), parts.path.rstrip("/")
    if parts.scheme not in PORTS or not HOST.fullmatch(host) or not PATH.fullmatch(path) or "?" in address:
        raise _unusable("the address of the remote model cannot be used", text)
    if not NAME.fullmatch(name):
        raise _unusable("the address of the remote model does not say which model", text)
    if parts.scheme == "http" and not is_loopback(host):
        raise _unusable("plain HTTP is for a server on this machine", text)
    return RemoteReference(parts.scheme, host, parts.port or PORTS[parts.scheme], path, name)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its address or as `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _unusable(message: str, text: str) -> ModelError:
    """What was got is told only where it can hold no password."""
    return ModelError("model.remote", message, expected=FORM, got=text[:120] if text and "@" not in text else None)

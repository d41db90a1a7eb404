"""The cookie that says who signed in: name and end, signed. Nothing is kept on the server.

The key comes from the tokens and a secret of the workspace: a token that is taken back, and any other change of the
tokens, signs everybody out; a restart does not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packshot.access.tokens import Tokens

LASTS_S: Final = 24 * 3600
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signing:
    """Signs and reads cookies of one set of tokens."""

    key: bytes = field(repr=False)

    @property
    def cookie(self) -> str:
        """The cookie's name: two studios on one host (ports do not part cookies) shall not sign each other out."""
        return f"packshot_{hashlib.sha256(self.key).hexdigest()[:8]}"

    def sign(self, name: str, now_s: float) -> str:
        """What the browser keeps for `LASTS_S` seconds."""
        content = json.dumps([name, int(now_s) + LASTS_S]).encode()
        return f"{_text(content)}.{_text(self._seal(content))}"

    def name_in(self, cookie: str, now_s: float) -> str | None:
        """Whose it is; None for one that is not ours, was changed, or is over."""
        content, _dot, seal = cookie.partition(".")
        if not hmac.compare_digest(_bytes(seal), self._seal(_bytes(content))):
            return None
        name, ends_s = json.loads(_bytes(content))
        return str(name) if now_s < ends_s else None

    def _seal(self, content: bytes) -> bytes:
        return hmac.digest(self.key, content, "sha256")


def signing_of(tokens: Tokens, secret: bytes) -> Signing:
    """The signing that belongs to these tokens and this workspace."""
    return Signing(hmac.digest(secret, tokens.digest(), "sha256"))


def workspace_secret(cache: Path) -> bytes:
    """32 random bytes kept in `cache`, readable by their owner; of this process only where they cannot be kept."""
    path = cache / "sign-in.key"
    fresh = os.urandom(SECRET_BYTES)
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        ):
            file.write(fresh)
        kept = path.read_bytes()
        return kept if len(kept) == SECRET_BYTES else fresh
    return fresh


def _owners_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Nothing for what is not base64."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""

"""The cookie that says who signed in: whose token it was and when it ends, signed. Nothing is kept on the server.

The key comes from that person's token and a secret of the workspace: a token that is taken back or changed signs its
person out and nobody else; a restart does not.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packshot.access.tokens import Holder, Tokens

LASTS_S: Final = 24 * 3600
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signing:
    """Signs and reads cookies of those who have a token now. `secret` is the workspace's."""

    tokens: Tokens
    secret: bytes = field(repr=False)

    @property
    def cookie(self) -> str:
        """The cookie's name: two studios on one host (ports do not part cookies) shall not sign each other out."""
        return f"packshot_{hmac.digest(self.secret, self.tokens.digest_of_named(), 'sha256').hex()[:8]}"

    def sign(self, holder: Holder, now_s: float) -> str:
        """What the browser keeps for `LASTS_S` seconds. Raises LookupError where the holder has no token."""
        known = self.tokens.known(holder.id)
        if known is None:
            raise LookupError(holder.id)
        content = json.dumps([holder.id, int(now_s) + LASTS_S]).encode()
        return f"{_text(content)}.{_text(self._seal(content, known[1]))}"

    def name_in(self, cookie: str, now_s: float) -> str | None:
        """Whose it is; None for one that is not ours, was changed, is over, or whose token holds no longer."""
        text, _dot, seal = cookie.partition(".")
        content = _bytes(text)
        claimed = _claimed(content)
        known = None if claimed is None else self.tokens.known(claimed[0])
        if claimed is None or known is None or not hmac.compare_digest(_bytes(seal), self._seal(content, known[1])):
            return None
        return known[0].name if now_s < claimed[1] else None

    def _seal(self, content: bytes, token_digest: bytes) -> bytes:
        return hmac.digest(hmac.digest(self.secret, token_digest, "sha256"), content, "sha256")


def _claimed(content: bytes) -> tuple[str, int] | None:
    """What a cookie says, whoever wrote it."""
    try:
        holder_id, ends_s = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        return None
    return (holder_id, ends_s) if isinstance(holder_id, str) and isinstance(ends_s, int) else None


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


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Nothing for what is not base64."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""

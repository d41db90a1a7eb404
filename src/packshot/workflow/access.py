"""Tokens of the workspace: made, listed, taken back. A token is shown once, and only its digest is kept."""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import Final

from packshot.access.tokens import LONGEST_NAME, token_digest
from packshot.errors import UsageError
from packshot.result import AccessToken, Role, new_ulid
from packshot.workflow.workbench import Workbench

PREFIX: Final = "pks_"
"""So that a token in the wrong place is recognised, by people and by scanners of repositories."""

TOKEN_BYTES: Final = 32


def make_token(bench: Workbench, name: str, roles: Collection[Role]) -> tuple[AccessToken, str]:
    """A new token and its text, which nobody can find out afterwards. Raises UsageError (settings.token)."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError(
            "settings.token",
            "impossible name of a token",
            expected=f"1 to {LONGEST_NAME} printable characters",
            got=repr(name[:80]),
        )
    if not roles:
        raise UsageError("settings.token", "a token without a role", expected=", ".join(Role), got="none")
    text = PREFIX + base64.urlsafe_b64encode(bench.random_bytes(TOKEN_BYTES)).decode().rstrip("=")
    now = bench.now()
    token = AccessToken(
        id=new_ulid(now, bench.random_bytes),
        name=name.strip(),
        digest=token_digest(text),
        roles=tuple(role for role in Role if role in roles),
        created_at=now,
    )
    bench.store.add_token(token)
    return token, text


def list_tokens(bench: Workbench) -> list[AccessToken]:
    """All tokens of the workspace, also those that were revoked, oldest first."""
    return bench.store.tokens()


def revoke_token(bench: Workbench, reference: str) -> AccessToken:
    """The token of that name or id lets nobody in any more. Raises UsageError (settings.token)."""
    return bench.store.revoke_token(reference)

"""Tokens of the workspace. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from packshot.errors import UsageError
from packshot.result import AccessToken
from packshot.store.tables import TOKEN


def add_token(connection: Connection, token: AccessToken) -> None:
    """Keeps a new token. Raises UsageError (settings.token) where a valid one has the name."""
    if any(each.name == token.name and each.is_valid for each in list_tokens(connection)):
        raise UsageError(
            "settings.token",
            f"there is a token of {token.name!r} already",
            expected="a name of its own for each token",
            got=token.name,
            hint=f"packshot tokens revoke {token.name}",
        )
    connection.execute(insert(TOKEN).values(**{**token.model_dump(mode="json"), "created_at": token.created_at}))


def list_tokens(connection: Connection) -> list[AccessToken]:
    """All, also those that were revoked, oldest first."""
    rows = connection.execute(select(TOKEN).order_by(TOKEN.c.id)).mappings()
    return [AccessToken.model_validate(dict(row)) for row in rows]


def revoke_token(connection: Connection, reference: str, now: datetime) -> AccessToken:
    """The valid token of that name or id is none any more. Raises UsageError (settings.token)."""
    for token in list_tokens(connection):
        if token.is_valid and reference in (token.name, token.id):
            connection.execute(update(TOKEN).where(TOKEN.c.id == token.id).values(revoked_at=now))
            return token.model_copy(update={"revoked_at": now})
    raise UsageError(
        "settings.token",
        f"no valid token of {reference!r}",
        expected="the name or the id of a token",
        got=reference[:80],
        hint="packshot tokens list",
    )

"""Random bytes that all servers of a workspace share. Takes the connection of its caller's transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from packshot.store.dialects import insert_or
from packshot.store.tables import SECRET

SECRET_BYTES: Final = 32


def find_secret(connection: Connection, name: str) -> bytes | None:
    """The secret of that name; None where nobody has made it."""
    found = connection.execute(select(SECRET.c.value).where(SECRET.c.name == name)).scalar()
    return None if found is None else bytes.fromhex(found)


def make_secret(connection: Connection, name: str, fresh: bytes) -> bytes:
    """Keeps `fresh` where there is none yet, and gives the one that is kept: whoever comes second takes the first's."""
    kept = insert_or(connection, SECRET).values(name=name, value=fresh.hex()).on_conflict_do_nothing()
    connection.execute(kept)
    return bytes.fromhex(connection.execute(select(SECRET.c.value).where(SECRET.c.name == name)).scalar_one())

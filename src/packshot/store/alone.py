"""One at a time, where there is no row yet that could be locked: PostgreSQL's advisory locks, by a name.

SQLite needs none: a write transaction is alone there from its start.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from sqlalchemy import BigInteger, Connection, func, literal, select

Kind = Literal["schema", "spec", "source", "experiment", "trail", "once"]

SIZE: Final = 8
"""Bytes of a lock's number: PostgreSQL takes a signed 64-bit integer."""


def alone(connection: Connection, kind: Kind, name: str = "") -> None:
    """Waits until no other transaction holds the name, and holds it until this one ends.

    A transaction takes one name at most, so that no two wait for each other. Two names of one number (1 in 2^64) only
    wait without need.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"packshot:{kind}:{name}".encode()).digest()
        number = int.from_bytes(digest[:SIZE], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(literal(number, BigInteger))))

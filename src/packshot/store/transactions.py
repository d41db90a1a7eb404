"""What the store needs of a database: transactions, and a name for messages. Knows neither SQLite nor PostgreSQL."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Transactions(Protocol):
    """A database at head revision, shared by threads: each transaction has its own connection."""

    @property
    def place(self) -> str:
        """Where it is, for a person to read: no password stands in it."""

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one snapshot and never waits for a writer. Raises StoreError or WorkspaceError."""

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that changes rows: whole at its end, or not at all.

        SQLite has one writer at a time. On PostgreSQL there are many: who reads in order to write takes the rows
        `FOR UPDATE`, or what has no row yet by `packshot.store.alone`. Raises StoreError or WorkspaceError.
        """

    def close(self) -> None:
        """Gives the connections back."""

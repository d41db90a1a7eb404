"""The SQLite file: connections, transactions, settings. Knows nothing about runs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event

from packshot.errors import StoreError
from packshot.spec import canonical_json
from packshot.store.failures import mapped
from packshot.store.schema import bring_to_head

BUSY_TIMEOUT_S = 10.0
"""How long a write waits for another process's write."""


class Database:
    """One SQLite file at head revision. `read` sees one snapshot, `write` is alone from its first statement.

    May be shared by threads: each transaction has its own connection.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Opens or makes the file. Raises WorkspaceError or StoreError (see `packshot.store.failures`)."""
        self.path = path
        self.place = str(path)
        self._opened = False
        self._engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(path)),
            connect_args={"timeout": busy_timeout_s},
            json_serializer=canonical_json,
            hide_parameters=True,
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(packshot_begin="BEGIN IMMEDIATE")
        try:
            self._switch_to_wal(busy_timeout_s)
            bring_to_head(self)
            self._opened = True
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one snapshot and never waits."""
        self._check_there()
        with mapped(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds SQLite's one write lock from its start: what it reads cannot change under it."""
        self._check_there()
        with mapped(self.path), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Gives the connections back; the last one out folds the write-ahead log into the file."""
        self._engine.dispose()

    def _check_there(self) -> None:
        """SQLite goes on with a deleted file as if nothing had happened, and all that is written then is lost."""
        if self._opened and not self.path.exists():
            raise StoreError(
                "store.failed",
                f"the workspace is gone: there is no {self.path.name} in {self.path.parent} any more",
                hint="put the folder back where it was, or start anew: then a new workspace is made",
            )

    def _switch_to_wal(self, patience_s: float) -> None:
        """Write-ahead logging, once for the life of the file: readers and the writer do not block each other.

        Where the file system cannot (some network ones), SQLite stays with its rollback journal, slower and as safe.
        The switch needs the file alone for a moment and does not always wait for it, so two first openers retry.
        """
        deadline = time.monotonic() + patience_s
        while True:
            try:
                with mapped(self.path), self._engine.connect() as connection:
                    raw = connection.connection.cursor()
                    raw.execute("PRAGMA journal_mode=WAL")
                    raw.close()
                return
            except Exception as error:
                if getattr(error, "code", None) != "store.locked" or time.monotonic() >= deadline:
                    raise
                time.sleep(0.02)


def _prepare(raw: sqlite3.Connection, _record: Any) -> None:
    """Every connection: transactions are ours to begin, foreign keys hold, a commit is on the disk when it returns."""
    raw.isolation_level = None
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("packshot_begin", "BEGIN"))

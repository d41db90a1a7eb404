"""A PostgreSQL database: connections, transactions, settings. Knows nothing about runs."""

from __future__ import annotations

import importlib.util
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from packshot.errors import UsageError
from packshot.spec import canonical_json
from packshot.store.postgres_failures import failed, is_unreachable, mapped
from packshot.store.schema import bring_to_head

DRIVER: Final = "postgresql+psycopg"
AGAIN_S: Final = 0.2
"""Between two tries to reach a server that does not answer."""

CONNECTIONS: Final = 20
CONNECTIONS_MORE: Final = 5
"""Kept open once they were needed, and opened besides while many threads are at work.

Sixteen jobs at once and four sweeps keep theirs: a connection that is opened and closed costs the server more than a
whole job does.
"""


class PostgresDatabase:
    """One PostgreSQL database at head revision (see `Transactions`). `read` is REPEATABLE READ, `write` READ COMMITTED.

    A server that goes away is waited for, `busy_timeout_s` long, before a transaction begins; one that breaks in the
    middle is an error, and the next one connects anew.
    """

    def __init__(self, address: str, *, busy_timeout_s: float) -> None:
        """Opens the database and brings it to head. Raises UsageError, WorkspaceError or StoreError."""
        url = url_of(address)
        if importlib.util.find_spec("psycopg") is None:
            raise UsageError(
                "settings.extra",
                "PostgreSQL needs a package that is not installed",
                hint="pip install packshot[postgres]",
            )
        self.place = place_of(url)
        self._patience_s = 0.0  # whoever starts shall hear at once that nobody is there
        self._engine = create_engine(
            url,
            connect_args=_connect_args(url, busy_timeout_s),
            json_serializer=partial(_serialised, place=self.place),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS_MORE,
            pool_timeout=busy_timeout_s,
            isolation_level="READ COMMITTED",
        )
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            bring_to_head(self)
        except BaseException:
            self.close()
            raise
        self._patience_s = busy_timeout_s

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one snapshot and never waits."""
        with mapped(self.place), self._connected(self._reader) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that waits for another's rows at most `busy_timeout_s`."""
        with mapped(self.place), self._connected(self._engine) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def _connected(self, engine: Engine) -> Connection:
        """Nothing has happened yet, so trying again is safe."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                return engine.connect()
            except DBAPIError as error:
                if not is_unreachable(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(AGAIN_S)


def _serialised(value: Any, *, place: str) -> str:
    """The driver asks for the text itself, so that SQLAlchemy does not see what cannot be written.

    No closure: psycopg makes of each a class anew with every connection, and warns of it.
    """
    try:
        return canonical_json(value)
    except (TypeError, ValueError) as error:
        raise failed(place, str(error)) from error


def url_of(address: str) -> URL:
    """The parsed address. Raises UsageError, without the address in it: a password may be part of it."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("postgresql", "postgres", DRIVER) or not url.database:
        raise UsageError(
            "settings.invalid",
            "not the address of a database",
            expected="postgresql+psycopg://user@host/database",
            got="something else" if url is None else f"{url.drivername}://…",
            hint="leave it out for SQLite in the workspace",
        )
    return url.set(drivername=DRIVER)


def place_of(url: URL) -> str:
    """Host, port and database alone."""
    host = url.host or url.query.get("host") or "localhost"
    port = url.port or url.query.get("port")
    return f"postgresql://{host}{f':{port}' if port else ''}/{url.database}"


def _connect_args(url: URL, busy_timeout_s: float) -> dict[str, Any]:
    # a commit is on the disk when it returns, as in SQLite, whatever the server's default is
    ours = f"-c lock_timeout={math.ceil(busy_timeout_s * 1000)} -c timezone=UTC -c synchronous_commit=on"
    return {
        "connect_timeout": max(2, math.ceil(busy_timeout_s)),
        "application_name": "packshot",
        "options": " ".join(filter(None, (str(url.query.get("options", "")), ours))),
        "keepalives_idle": 30,
    }

"""A workspace, a clock, and stores of several owners on it.

Tests that take a store run twice: with SQLite and folders, and with PostgreSQL and S3 (`team`). Those that reach into
the files of the one say so by `pytestmark = FILES_ONLY`, or by the mark on themselves.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from packshot.store import SqlStore, open_store
from packshot.store.tables import METADATA
from tests.servers import Cluster, cluster, s3  # noqa: F401  (fixtures)
from tests.store.examples import Clock

Opener = Callable[..., SqlStore]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Two kinds of place for whoever takes one."""
    if "kept_at" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("files_only")
        metafunc.parametrize("kept_at", ["files"] if only else ["files", "team"], indirect=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "ws"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster) -> str:  # noqa: F811
    """A database that tests clear one after the other: making one takes longer."""
    return cluster.address(cluster.create())


@pytest.fixture
def database(cluster: Cluster, shared_database: str) -> str:  # noqa: F811
    """The address of a PostgreSQL database without rows."""
    clear(cluster, shared_database)
    return shared_database


@pytest.fixture
def bucket(s3: str) -> str:  # noqa: F811
    """An address in S3 where nothing is yet."""
    return f"{s3}/{uuid.uuid4().hex}"


@pytest.fixture
def kept_at(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where rows and pictures go, as `open_store` takes it."""
    if request.param == "files":
        return {}
    return {"database": request.getfixturevalue("database"), "pictures": request.getfixturevalue("bucket")}


@pytest.fixture
def opener(workspace: Path, clock: Clock, kept_at: dict[str, str]) -> Iterator[Opener]:
    """Opens the workspace for an owner; closes all at the end."""
    opened: list[SqlStore] = []

    def open_as(owner: str = "here", *, busy_timeout_s: float = 2.0) -> SqlStore:
        patience_s = busy_timeout_s if not kept_at else 60.0
        store = open_store(
            workspace, now=clock, random_bytes=os.urandom, owner=owner, busy_timeout_s=patience_s, **kept_at
        )
        opened.append(store)
        return store

    yield open_as
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> SqlStore:
    return opener()


def clear(server: Cluster, address: str) -> None:
    """Takes all rows out, the append-only ones too, which a superuser alone can."""
    name = address.partition("@/")[2].partition("?")[0]
    if server.sql(name, "SELECT 1 FROM pg_tables WHERE tablename = 'run'"):
        tables = ", ".join(f'"{table}"' for table in METADATA.tables)
        server.sql(name, "SET session_replication_role = replica", f"TRUNCATE {tables}")


def change(store: SqlStore, statement: str) -> None:
    """What somebody could do with the database's own tools."""
    with store._database.write() as connection:
        connection.execute(text(statement))

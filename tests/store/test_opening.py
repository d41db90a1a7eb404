"""Opening a workspace: new, current, newer, foreign, locked, damaged, full, unwritable."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from packshot.errors import PackshotError, StoreError, WorkspaceError
from packshot.store import SqlStore, schema
from packshot.store.failures import mapped
from packshot.store.schema import HEAD, MIGRATIONS
from packshot.store.tables import METADATA
from tests.store.conftest import Opener
from tests.store.examples import picture, resolved_spec, result_of


def raw(workspace: Path) -> sqlite3.Connection:
    return sqlite3.connect(workspace / "packshot.db", isolation_level=None)


@pytest.mark.files_only
def test_head_is_the_newest_revision_and_makes_the_tables(store: SqlStore, workspace: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    with create_engine(f"sqlite:///{workspace / 'packshot.db'}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.files_only
def test_the_pragmas_hold(store: SqlStore, workspace: Path) -> None:
    assert raw(workspace).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._database.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "synchronous")]
    assert found == [1, 2]


def test_odd_folder_names_are_only_names(tmp_path: Path, clock: object) -> None:
    from packshot.store import open_store

    for name in ("50% off?mode=memory#x", "ümläut 'quote'"):
        with open_store(tmp_path / name, now=clock, random_bytes=os.urandom, owner="x") as store:  # type: ignore[arg-type]
            store.begin(resolved_spec(1))
        assert (tmp_path / name / "packshot.db").stat().st_size > 0


@pytest.mark.files_only
def test_importing_and_opening_again_is_light(opener: Opener, workspace: Path) -> None:
    opener().close()
    program = (
        "import sys, os; from datetime import datetime, UTC; from pathlib import Path; import packshot.store as s;"
        f"s.open_store(Path({str(workspace)!r}), now=lambda: datetime.now(UTC), random_bytes=os.urandom, owner='x')"
        ".runs();"
        "print([m for m in ('torch', 'alembic', 'diffusers', 'scipy') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


@pytest.mark.files_only
def test_a_newer_database_is_left_alone(opener: Opener, workspace: Path) -> None:
    opener().close()
    with closing(raw(workspace)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (workspace / "packshot.db").read_bytes()
    with pytest.raises(WorkspaceError) as error:
        opener()
    assert (error.value.code, error.value.exit_code) == ("workspace.newer", 2)
    assert "9999" in str(error.value)
    assert (workspace / "packshot.db").read_bytes() == before


@pytest.mark.files_only
def test_a_foreign_database_is_left_alone(opener: Opener, workspace: Path) -> None:
    workspace.mkdir()
    with closing(raw(workspace)) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(WorkspaceError, match="not a database of Packshot"):
        opener()
    assert raw(workspace).execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


@pytest.mark.files_only
@pytest.mark.parametrize("content", [b"this is no database, only text" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database(opener: Opener, workspace: Path, content: bytes) -> None:
    workspace.mkdir()
    (workspace / "packshot.db").write_bytes(content)
    with pytest.raises(WorkspaceError) as error:
        opener()
    assert error.value.code == "workspace.unusable"
    assert (workspace / "packshot.db").read_bytes() == content


@pytest.mark.files_only
def test_a_damaged_page_is_reported(opener: Opener, workspace: Path) -> None:
    store = opener()
    for seed in range(20):
        run = store.begin(resolved_spec(seed)).run
        store.finish(run.id, picture(seed), result_of(picture(seed)))
    store.close()
    path = workspace / "packshot.db"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(WorkspaceError) as error:
        opener().runs()
    assert error.value.code == "workspace.unusable"


@pytest.mark.files_only
@pytest.mark.parametrize("where", ["file", "under_a_file"])
def test_a_workspace_that_is_no_folder(tmp_path: Path, opener: Opener, workspace: Path, where: str) -> None:
    from packshot.store import open_store

    workspace.write_text("a file")
    asked = workspace if where == "file" else workspace / "deeper"
    with pytest.raises(WorkspaceError) as error:
        open_store(asked, now=lambda: None, random_bytes=os.urandom, owner="x")  # type: ignore[arg-type,return-value]
    assert error.value.code == "workspace.unusable"
    assert workspace.read_text() == "a file"


@pytest.mark.files_only
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(opener: Opener, workspace: Path) -> None:
    workspace.mkdir(mode=0o500)
    with pytest.raises(WorkspaceError) as error:
        opener()
    assert error.value.code == "workspace.unusable"


def test_a_full_disk_while_opening(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(StoreError) as error:
        opener()
    assert error.value.code == "store.full"


@pytest.mark.files_only
def test_a_full_database_keeps_what_was_there(opener: Opener) -> None:
    store = opener()
    first = store.begin(resolved_spec(1)).run
    with store._database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # the pool hands the same connection out again
    store.save_experiment("small", {}, [])
    with pytest.raises(StoreError) as error:
        store.save_experiment("large", {"text": "x" * 100_000}, [])
    assert error.value.code == "store.full"
    assert [e.name for e in store.experiments()] == ["small"]
    assert store.run(first.id) == first


@pytest.mark.files_only
def test_a_locked_database_says_so(opener: Opener, workspace: Path) -> None:
    opener().close()
    other = raw(workspace)
    other.execute("BEGIN IMMEDIATE")
    store = opener(busy_timeout_s=0.1)
    with pytest.raises(StoreError) as error:
        store.begin(resolved_spec(1))
    assert error.value.code == "store.locked"
    assert store.runs() == []
    other.execute("ROLLBACK")
    assert store.begin(resolved_spec(1)).outcome == "claimed"


@pytest.mark.files_only
def test_a_new_database_locked_by_another(opener: Opener, workspace: Path) -> None:
    workspace.mkdir()
    other = raw(workspace)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as error:
        opener(busy_timeout_s=0.1)
    assert error.value.code == "store.locked"


@pytest.mark.files_only
def test_every_error_of_sqlite_becomes_ours(tmp_path: Path) -> None:
    codes = {
        name: value for name, value in vars(sqlite3).items() if name.startswith("SQLITE_") and isinstance(value, int)
    }
    expected = {"SQLITE_BUSY": "store.locked", "SQLITE_FULL": "store.full", "SQLITE_CORRUPT": "workspace.unusable"}
    for name, value in codes.items():
        problem = sqlite3.OperationalError(name)
        problem.sqlite_errorcode = value
        with pytest.raises(PackshotError) as error, mapped(tmp_path):
            raise problem
        assert error.value.code == expected.get(name, error.value.code)
        assert error.value.code.split(".")[0] in ("store", "workspace")


@pytest.mark.files_only
def test_what_is_deleted_under_an_open_store_is_told(store: SqlStore, workspace: Path) -> None:
    """SQLite would go on writing into the deleted file, and all of it would be lost."""
    run = store.begin(resolved_spec(1)).run
    moved = workspace.rename(workspace.with_name("elsewhere"))
    for use in (lambda: store.run(run.id), lambda: store.begin(resolved_spec(2))):
        with pytest.raises(StoreError, match="the workspace is gone"):
            use()
    assert not workspace.exists(), "nothing is made in its place"
    moved.rename(workspace)
    assert store.run(run.id) == run


@pytest.mark.files_only
def test_the_tables_of_later_workspaces_are_those_that_the_migrations_make(tmp_path: Path, clock: object) -> None:
    """Among tests alone: see `migrated_once`."""
    from packshot.store import open_store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "_upgrade", schema._upgrade.real)  # type: ignore[attr-defined]
        open_store(tmp_path / "migrated", now=clock, random_bytes=os.urandom, owner="x").close()  # type: ignore[arg-type]
    dumps = []
    for name in ("migrated", "first", "second"):
        open_store(tmp_path / name, now=clock, random_bytes=os.urandom, owner="x").close()  # type: ignore[arg-type]
        with closing(raw(tmp_path / name)) as opened:
            dumps.append(list(opened.iterdump()))
    assert len(dumps[0]) > 20
    assert dumps[0] == dumps[1] == dumps[2]

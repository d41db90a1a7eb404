"""Reviews in the store: appended, never changed; and how a database of the first revision comes to have them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from packshot.errors import RecordError, StoreError
from packshot.result import Decision, Review, Run
from packshot.store import SqlStore
from packshot.store.schema import HEAD, MIGRATIONS
from packshot.store.tables import METADATA
from tests.store.conftest import Opener
from tests.store.examples import START, picture, resolved_spec
from tests.store.test_records import make, rating


def review(run: Run, number: int, decision: Decision = Decision.APPROVE, **fields: object) -> Review:
    assert run.result is not None
    given: dict[str, object] = {
        "id": f"{number:026d}",
        "run_id": run.id,
        "picture_digest": run.result.picture_digest,
        "decision": decision,
        "by": "Ann",
        "reason": "so",
        "channel": "ebay",
        "created_at": START,
    }
    return Review.model_validate(given | fields)


def raw(workspace: Path) -> sqlite3.Connection:
    return sqlite3.connect(workspace / "packshot.db", isolation_level=None)


def test_reviews_come_back_whole_and_in_order_of_appending(store: SqlStore) -> None:
    run, other = make(store, 1), make(store, 2)
    later_first = [
        review(run, 9, created_at=START + timedelta(days=1)),
        review(run, 3, Decision.REJECT, channel=None, reason="ünschön"),
    ]
    for entry in (later_first[0], review(other, 5), later_first[1]):
        store.add_review(entry)
    assert store.reviews(run.id) == later_first, "neither clock nor id decides what was said last"
    assert store.reviews(other.id) == [review(other, 5)]
    assert store.verify().clean


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review SET decision = 'approve'",
        "UPDATE review SET picture_digest = picture_digest",
        "DELETE FROM review",
        "INSERT OR REPLACE INTO review SELECT position, '9', run_id, picture_digest, 'approve', 'Bob', '', channel,"
        " created_at FROM review",
        "INSERT OR REPLACE INTO review SELECT 77, id, run_id, picture_digest, 'approve', 'Bob', '', channel,"
        " created_at FROM review",
    ],
)
def test_reviews_are_only_ever_added(store: SqlStore, workspace: Path, statement: str) -> None:
    run = make(store, 1)
    store.add_review(review(run, 1, Decision.REJECT))
    with closing(raw(workspace)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    with pytest.raises(StoreError):
        store.add_review(review(run, 1))
    assert store.reviews(run.id) == [review(run, 1, Decision.REJECT)]


def test_a_review_speaks_of_the_picture_of_its_run(store: SqlStore) -> None:
    run, other = make(store, 1), make(store, 2)
    assert other.result is not None
    with pytest.raises(RecordError) as caught:
        store.add_review(review(run, 1, picture_digest=other.result.picture_digest))
    assert caught.value.code == "record.review"
    unfinished = store.begin(resolved_spec(3)).run
    with pytest.raises(RecordError) as caught:
        store.add_review(review(run, 1, run_id=unfinished.id))
    assert caught.value.code == "record.unfinished"
    for ask in (lambda: store.add_review(review(run, 1, run_id="0" * 26)), lambda: store.reviews("0" * 26)):
        with pytest.raises(RecordError) as caught:
            ask()
        assert caught.value.code == "record.not_found"
    assert store.reviews(run.id) == []


TABLES = ("picture", "run", "experiment", "cell", "rating", "evidence")


def first_revision(workspace: Path, filled: Path) -> None:
    """A workspace as revision 0001 made it, with the rows and pictures of another."""
    workspace.mkdir()
    (filled / "pictures").rename(workspace / "pictures")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{workspace / 'packshot.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(raw(workspace)) as database:
        database.execute("ATTACH ? AS filled", (str(filled / "packshot.db"),))
        for table in TABLES:
            known = [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]
            there = {row[1] for row in database.execute(f"PRAGMA filled.table_info({table})")}
            names = ", ".join(f'"{name}"' for name in known if name in there)
            database.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM filled.{table}")


def test_a_database_of_the_first_revision_is_migrated_with_its_rows(
    opener: Opener, workspace: Path, tmp_path: Path
) -> None:
    before = opener()
    runs = [make(before, seed) for seed in range(3)]
    before.add_rating(rating(runs[0].id, 1))
    before.save_experiment("lab", {"v": 1}, [])
    before.close()
    filled = tmp_path / "filled"
    workspace.rename(filled)
    first_revision(workspace, filled)
    with closing(raw(workspace)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert database.execute("SELECT 1 FROM sqlite_master WHERE name = 'review'").fetchall() == []

    store = opener()
    with create_engine(f"sqlite:///{workspace / 'packshot.db'}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    with closing(raw(workspace)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("DELETE FROM rating")
    assert [store.run(run.id) for run in runs] == runs
    assert store.ratings(runs[0].id) == [rating(runs[0].id, 1)]
    assert [experiment.name for experiment in store.experiments()] == ["lab"]
    assert (store.pictures.get(runs[2].result.picture_digest) == picture(2)).all()
    assert store.reviews(runs[0].id) == []
    store.add_review(review(runs[0], 1))
    assert store.reviews(runs[0].id) == [review(runs[0], 1)]
    assert store.verify().findings == ()
    assert opener("another").reviews(runs[0].id) == [review(runs[0], 1)], "opening again migrates nothing"

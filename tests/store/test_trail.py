"""Entries of the trail in the store: appended, never changed; and how databases of older revisions come to have it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine

from packshot.errors import RecordError
from packshot.result import (
    Decision,
    EditKind,
    Entry,
    Release,
    Review,
    ReviewState,
    RuleOutcome,
    Run,
    StandingQuery,
)
from packshot.store import SqlStore
from packshot.store.schema import HEAD
from packshot.store.tables import METADATA
from tests.store.conftest import Opener
from tests.store.examples import START, picture, resolved_spec
from tests.store.older import older
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


def release(run: Run, number: int, **fields: object) -> Release:
    assert run.result is not None
    given: dict[str, object] = {
        "id": f"{number:026d}",
        "run_id": run.id,
        "picture_digest": run.result.picture_digest,
        "channel": "ebay",
        "by": "Ann",
        "approval": "0" * 26,
        "file_name": "mug.jpg",
        "file_digest": "f" * 64,
        "edit": EditKind.GENERATED,
        "created_at": START,
    }
    return Release.model_validate(given | fields)


def add(store: SqlStore, *entries: Entry) -> None:
    for entry in entries:
        store.append(entry.run_id, lambda _before, entry=entry: [entry])


def raw(workspace: Path) -> sqlite3.Connection:
    return sqlite3.connect(workspace / "packshot.db", isolation_level=None)


def test_entries_come_back_whole_and_in_order_of_appending(store: SqlStore) -> None:
    run, other = make(store, 1), make(store, 2)
    later_first: list[Entry] = [
        review(run, 9, created_at=START + timedelta(days=1, microseconds=7)),
        review(run, 3, Decision.REJECT, channel=None, reason='ünschön \u2028 "so"'),
        review(run, 2, overrides=("fill",), checks=(RuleOutcome(rule="fill", verdict="fail"),)),
        release(run, 1),
    ]
    add(store, later_first[0], review(other, 5), *later_first[1:])
    assert store.entries(run.id) == later_first, "neither clock nor id decides what was said last"
    assert store.entries(other.id) == [review(other, 5)]
    assert store.verify().clean


@pytest.mark.files_only
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET entry = 'approve'",
        "UPDATE trail SET digest = digest",
        "DELETE FROM trail",
        "INSERT OR REPLACE INTO trail SELECT number, kind, run_id, entry, previous, 'x' FROM trail",
        "INSERT OR REPLACE INTO trail SELECT number + 1, kind, run_id, entry, 'x', 'x' FROM trail",
        "INSERT OR REPLACE INTO trail SELECT number + 1, kind, run_id, entry, digest, digest FROM trail",
        "INSERT OR REPLACE INTO trail SELECT number + 2, kind, run_id, entry, digest, 'x' FROM trail",
    ],
)
def test_entries_are_only_ever_added(store: SqlStore, workspace: Path, statement: str) -> None:
    run = make(store, 1)
    add(store, review(run, 1, Decision.REJECT))
    with closing(raw(workspace)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    assert store.entries(run.id) == [review(run, 1, Decision.REJECT)]
    assert store.audit().clean


def test_an_entry_speaks_of_the_picture_of_its_run(store: SqlStore) -> None:
    run, other = make(store, 1), make(store, 2)
    assert other.result is not None
    wrong = review(run, 1, picture_digest=other.result.picture_digest)
    for entry in (wrong, review(other, 1)):
        with pytest.raises(RecordError) as caught:
            store.append(run.id, lambda _before, entry=entry: [entry])
        assert caught.value.code == "record.review"
    unfinished = store.begin(resolved_spec(3)).run
    with pytest.raises(RecordError) as caught:
        add(store, review(run, 1, run_id=unfinished.id))
    assert caught.value.code == "record.unfinished"
    for ask in (lambda: add(store, review(run, 1, run_id="0" * 26)), lambda: store.entries("0" * 26)):
        with pytest.raises(RecordError) as caught:
            ask()
        assert caught.value.code == "record.not_found"
    assert store.entries(run.id) == []


def test_whoever_refuses_leaves_nothing_behind(store: SqlStore) -> None:
    run = make(store, 1)
    add(store, review(run, 1, Decision.SUBMIT))

    def refuse(before: object) -> list[Entry]:
        assert before == [review(run, 1, Decision.SUBMIT)]
        raise RecordError("record.review", "no")

    with pytest.raises(RecordError):
        store.append(run.id, refuse)
    wrong = review(run, 3, picture_digest="0" * 64)
    with pytest.raises(RecordError):
        store.append(run.id, lambda _before: [review(run, 2), wrong])
    assert store.entries(run.id) == [review(run, 1, Decision.SUBMIT)], "not even the half of it"


@pytest.mark.files_only
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
    older(workspace, filled, "0001")
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
    assert store.entries(runs[0].id) == []
    add(store, review(runs[0], 1))
    assert store.entries(runs[0].id) == [review(runs[0], 1)]
    assert store.verify().findings == ()
    assert opener("another").entries(runs[0].id) == [review(runs[0], 1)], "opening again migrates nothing"


@pytest.mark.files_only
def test_reviews_of_revision_0005_are_carried_over_into_the_chain(
    opener: Opener, workspace: Path, tmp_path: Path
) -> None:
    before = opener()
    run, other = make(before, 1), make(before, 2)
    before.close()
    filled = tmp_path / "filled"
    workspace.rename(filled)
    older(workspace, filled, "0005")
    told = [
        review(run, 9, Decision.SUBMIT, reason=""),
        review(run, 8, created_at=START - timedelta(days=1, microseconds=3), reason='schön, "ja"'),
        review(other, 7, Decision.SUBMIT, channel=None, reason=""),
        review(run, 6, Decision.SUBMIT, channel="etsy"),
        review(run, 5, Decision.REJECT, channel=None, reason="a third strap"),
        review(run, 4, channel="etsy"),
    ]
    with create_engine(f"sqlite:///{workspace / 'packshot.db'}").begin() as connection:
        table = Table("review", MetaData(), autoload_with=connection)
        for entry in told:
            row = entry.model_dump(exclude={"checks", "overrides"})
            connection.execute(table.insert().values({**row, "decision": str(entry.decision)}))

    store = opener()
    assert store.entries(run.id) == [entry for entry in told if entry.run_id == run.id]
    assert store.entries(other.id) == [told[2]]
    assert [link.number for link in store.links()] == [1, 2, 3, 4, 5, 6]
    found = {(s.run_id, s.channel): (s.state, s.number) for s in store.standings(StandingQuery(), limit=9)}
    assert found == {
        (run.id, "ebay"): (ReviewState.REJECTED, 5),
        (run.id, "etsy"): (ReviewState.APPROVED, 6),
        (run.id, None): (ReviewState.REJECTED, 5),
        (other.id, None): (ReviewState.IN_REVIEW, 3),
    }
    assert store.audit().findings == ()
    add(store, review(other, 3, channel=None))
    assert store.audit().findings == (), "new entries follow the old ones"
    with closing(raw(workspace)) as database:
        assert database.execute("SELECT 1 FROM sqlite_master WHERE name = 'review'").fetchall() == []
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("DELETE FROM trail")

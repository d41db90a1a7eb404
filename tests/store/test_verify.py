"""`verify` finds each way in which a record can stop holding, and nothing where it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from packshot.result import Evidence
from packshot.store import LEASE, SqlStore
from tests.store.conftest import Opener
from tests.store.examples import Clock, picture, resolved_spec, result_of
from tests.store.test_records import cell, make


def raw(workspace: Path) -> sqlite3.Connection:
    return sqlite3.connect(workspace / "packshot.db", isolation_level=None)


def codes(store: SqlStore) -> list[str]:
    return [finding.code for finding in store.verify().findings]


@pytest.mark.files_only
def test_a_whole_workspace_is_clean(store: SqlStore) -> None:
    run = make(store, 1)
    store.save_experiment("lab", {}, [cell("a", 0, 1)])
    store.link_cell("lab", "a", run.id)
    store.set_evidence(run.id, [Evidence(name="n", value=1.0, unit=None, sentence="one")])
    store.keep_source(picture(7))
    found = store.verify()
    assert found.findings == ()
    assert found.clean
    assert (found.pictures, found.runs, found.experiments, found.ratings, found.evidence) == (2, 1, 1, 0, 1)


def remove(store: SqlStore, workspace: Path) -> None:
    store.pictures.path(result_of(picture(1)).picture_digest).unlink()


def truncate(store: SqlStore, workspace: Path) -> None:
    path = store.pictures.path(result_of(picture(1)).picture_digest)
    path.write_bytes(path.read_bytes()[:50])


def swap(store: SqlStore, workspace: Path) -> None:
    Image.fromarray(picture(2)).save(store.pictures.path(result_of(picture(1)).picture_digest))


def sql(statement: str) -> Callable[[SqlStore, Path], None]:
    def damage(store: SqlStore, workspace: Path) -> None:
        raw(workspace).execute(statement)

    return damage


DAMAGES = {
    "picture.missing": remove,
    "picture.damaged": truncate,
    "picture.changed": swap,
    "picture.size": sql("UPDATE picture SET width = width + 1"),
    "run.hash": sql("UPDATE run SET resolved = replace(resolved, 'mug', 'jug')"),
    "run.picture": sql("UPDATE run SET picture_digest = NULL"),
    "run.unreadable": sql("UPDATE run SET result = '{\"picture_digest\": 1}'"),
    "database.reference": sql("UPDATE cell SET run_id = 'nobody'"),
    "cell.hash": sql("UPDATE cell SET spec_hash = 'ps1:other'"),
}


@pytest.mark.files_only
@pytest.mark.parametrize("code", DAMAGES)
def test_each_damage_is_found(store: SqlStore, workspace: Path, code: str) -> None:
    run = make(store, 1)
    store.save_experiment("lab", {}, [cell("a", 0, 1)])
    store.link_cell("lab", "a", run.id)
    assert store.verify().clean
    DAMAGES[code](store, workspace)
    found = store.verify()
    assert code in [finding.code for finding in found.findings]
    assert not found.clean
    assert all(finding.what and finding.remedy for finding in found.findings)


def test_a_picture_kept_just_before_the_end_is_only_noted(store: SqlStore) -> None:
    store.pictures.put(picture(3))
    assert codes(store) == ["picture.orphan"]
    assert store.verify().clean


def test_a_stopped_run_is_only_noted(opener: Opener, clock: Clock) -> None:
    store = opener()
    store.begin(resolved_spec(1))
    assert codes(store) == []
    clock.forward(LEASE.total_seconds() + 1)
    assert codes(store) == ["run.unfinished"]
    assert store.verify().clean


@pytest.mark.files_only
def test_verify_changes_nothing(store: SqlStore, workspace: Path) -> None:
    make(store, 1)
    swap(store, workspace)
    before = {path: path.read_bytes() for path in sorted(workspace.rglob("*.png"))}
    rows = raw(workspace).execute("SELECT * FROM run").fetchall()
    store.verify()
    assert {path: path.read_bytes() for path in sorted(workspace.rglob("*.png"))} == before
    assert raw(workspace).execute("SELECT * FROM run").fetchall() == rows

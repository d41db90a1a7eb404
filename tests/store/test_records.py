"""Looking things up: runs, experiments, ratings, evidence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from packshot.errors import RecordError, StoreError
from packshot.result import Cell, Criterion, CriterionScore, Evidence, Rating, Run, RunState
from packshot.store import SqlStore
from tests.store.examples import FAILURE, START, picture, resolved_spec, result_of


def make(store: SqlStore, seed: int) -> Run:
    run = store.begin(resolved_spec(seed)).run
    return store.finish(run.id, picture(seed), result_of(picture(seed)))


def cell(name: str, position: int, seed: int) -> Cell:
    return Cell(name=name, position=position, group="t2i", spec_hash=resolved_spec(seed).hash, change={"seed": seed})


def test_any_unique_prefix_names_a_run(store: SqlStore) -> None:
    runs = [make(store, seed) for seed in range(3)]
    assert store.run(runs[0].id.lower()) == runs[0]
    shared = len(runs[0].id) - 16
    assert runs[0].id[: shared - 3] == runs[2].id[: shared - 3]
    with pytest.raises(RecordError) as ambiguous:
        store.run(runs[0].id[: shared - 3])
    assert ambiguous.value.code == "record.ambiguous"
    assert runs[0].id in str(ambiguous.value)
    unique = next(n for n in range(27) if sum(r.id.startswith(runs[1].id[:n]) for r in runs) == 1)
    assert store.run(runs[1].id[:unique]) == runs[1]


@pytest.mark.parametrize("reference", ["", " ", "ZZZZ", "%", "_", "0' OR 1=1 --", "Ä"])
def test_no_such_run(store: SqlStore, reference: str) -> None:
    make(store, 1)
    with pytest.raises(RecordError) as missing:
        store.run(reference)
    assert missing.value.code == "record.not_found"


def test_runs_come_newest_first_and_by_pages(store: SqlStore) -> None:
    made = [make(store, seed).id for seed in range(4)]
    failed = store.begin(resolved_spec(9)).run.id
    store.fail(failed, FAILURE)
    assert [run.id for run in store.runs()] == [failed, *reversed(made)]
    assert [run.id for run in store.runs(limit=2, offset=1)] == [made[3], made[2]]
    assert [run.id for run in store.runs(state=RunState.FAILED)] == [failed]
    assert (store.count_runs(), store.count_runs(state=RunState.SUCCEEDED)) == (5, 4)


def test_an_experiment_keeps_the_runs_of_unchanged_cells(store: SqlStore) -> None:
    one, two = make(store, 1), make(store, 2)
    store.save_experiment("lab", {"v": 1}, [cell("b", 1, 2), cell("a", 0, 1), cell("c", 2, 1)])
    for name, run in (("a", one), ("b", two), ("c", one)):
        store.link_cell("lab", name, run.id)
    first = store.experiment("lab")
    assert [(c.name, c.run_id) for c in first.cells] == [("a", one.id), ("b", two.id), ("c", one.id)]
    assert first.cells[0].change == {"seed": 1}
    store.save_experiment("lab", {"v": 2}, [cell("a", 0, 3), cell("b", 1, 2), cell("renamed", 2, 1)])
    second = store.experiment("lab")
    assert [(c.name, c.run_id) for c in second.cells] == [("a", None), ("b", two.id), ("renamed", one.id)]
    assert (second.plan, second.created_at) == ({"v": 2}, first.created_at)
    assert {run.id for run in store.runs(experiment="lab")} == {one.id, two.id}
    assert store.count_runs(experiment="lab") == 2
    assert [e.name for e in store.experiments()] == ["lab"]


def test_a_cell_shows_only_what_it_asks_for(store: SqlStore) -> None:
    one = make(store, 1)
    store.save_experiment("lab", {}, [cell("a", 0, 2)])
    with pytest.raises(StoreError, match="not what cell a asks for"):
        store.link_cell("lab", "a", one.id)
    with pytest.raises(RecordError):
        store.link_cell("lab", "nobody", one.id)
    with pytest.raises(RecordError):
        store.link_cell("lab", "a", "0" * 26)
    for look in (store.experiment, lambda name: store.runs(experiment=name)):
        with pytest.raises(RecordError):
            look("nothing")


def rating(run_id: str, number: int, rater: str = "Ann") -> Rating:
    scores = {criterion: CriterionScore(score=number % 3, reason="so") for criterion in Criterion}
    return Rating(id=f"{number:026d}", run_id=run_id, rater=rater, created_at=START, scores=scores)


@pytest.mark.files_only
def test_ratings_are_only_ever_added(store: SqlStore, workspace: Path) -> None:
    run = make(store, 1)
    for number in range(2):
        store.add_rating(rating(run.id, number))
    assert store.ratings(run.id) == [rating(run.id, 0), rating(run.id, 1)]
    with sqlite3.connect(workspace / "packshot.db") as raw:
        for statement in ("UPDATE rating SET rater = 'Bob'", "DELETE FROM rating"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)
    with pytest.raises(StoreError):
        store.add_rating(rating(run.id, 1))
    with pytest.raises(RecordError):
        store.add_rating(rating("0" * 26, 3))
    unfinished = store.begin(resolved_spec(2)).run
    with pytest.raises(RecordError) as error:
        store.add_rating(rating(unfinished.id, 3))
    assert error.value.code == "record.unfinished"


def test_evidence_is_replaced_as_a_whole(store: SqlStore) -> None:
    run = make(store, 1)
    old = [Evidence(name=name, value=0.5, unit=None, sentence="half") for name in ("z", "a")]
    store.set_evidence(run.id, old)
    assert store.evidence(run.id) == old
    new = [
        Evidence(name="colour", value="yellow", unit=None, sentence="it is yellow"),
        Evidence(name="fill", value=None, unit="%", sentence="no mask", regions=((0, 1, 2, 3),)),
    ]
    store.set_evidence(run.id, new)
    assert store.evidence(run.id) == new
    with pytest.raises(StoreError):
        store.set_evidence(run.id, [old[0], old[0]])
    assert store.evidence(run.id) == new
    with pytest.raises(RecordError):
        store.set_evidence("0" * 26, [])


def test_a_source_is_a_picture_of_its_own(store: SqlStore) -> None:
    digest = store.keep_source(picture(5))
    assert store.keep_source(picture(5)) == digest
    assert (store.pictures.get(digest) == picture(5)).all()
    assert store.verify().pictures == 1


def test_numbers_that_are_not_json_are_refused_whole(store: SqlStore) -> None:
    run = make(store, 1)
    with pytest.raises(StoreError):
        store.set_evidence(run.id, [Evidence(name="a", value=float("nan"), unit=None, sentence="")])
    assert store.evidence(run.id) == []

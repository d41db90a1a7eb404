"""All numbers of an experiment at once: in a few queries, however many cells."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from packshot.errors import RecordError
from packshot.result import Cell, Criterion, CriterionScore, Evidence, Rating, Run
from packshot.store import SqlStore, measured
from tests.store.examples import FAILURE, START, picture, resolved_spec, result_of


def make(store: SqlStore, seed: int) -> Run:
    run = store.begin(resolved_spec(seed)).run
    run = store.finish(run.id, picture(seed), result_of(picture(seed)))
    entries = [Evidence(name=name, value=value, unit=None, sentence="x") for name, value in (("b", 1.5), ("a", "no"))]
    store.set_evidence(run.id, entries)
    return run


def cell(name: str, position: int, seed: int) -> Cell:
    return Cell(name=name, position=position, group="t2i", spec_hash=resolved_spec(seed).hash, arm=name, seed=seed)


def save(store: SqlStore, runs: dict[str, Run | None], seeds: dict[str, int]) -> None:
    store.save_experiment("lab", {}, [cell(name, place, seeds[name]) for place, name in enumerate(runs)])
    for name, run in runs.items():
        if run is not None:
            store.link_cell("lab", name, run.id)


def test_every_cell_comes_with_its_run_evidence_and_ratings(store: SqlStore) -> None:
    one = make(store, 1)
    failed = store.fail(store.begin(resolved_spec(2)).run.id, FAILURE)
    make(store, 9)
    rating = Rating(
        id="R1", run_id=one.id, rater="Ada", created_at=START, scores={c: CriterionScore(score=1) for c in Criterion}
    )
    store.add_rating(rating)
    save(store, {"a": one, "again": one, "b": failed, "c": None}, {"a": 1, "again": 1, "b": 2, "c": 3})
    found = store.measured("lab")
    assert [entry.cell for entry in found] == list(store.experiment("lab").cells)
    assert [entry.run for entry in found] == [store.run(one.id), store.run(one.id), failed, None]
    assert [entry.has_picture for entry in found] == [True, True, False, False]
    assert list(found[0].evidence) == store.evidence(one.id)
    assert [entry.name for entry in found[1].evidence] == ["b", "a"]
    assert found[0].ratings == (rating,)
    assert found[2].evidence == found[3].evidence == ()


def test_the_number_of_queries_does_not_grow(store: SqlStore) -> None:
    counted: list[str] = []

    def count(*arguments: object) -> None:
        counted.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", count)
    sizes = []
    for size in (2, 20):
        seeds = {f"c{place}": 100 * size + place for place in range(size)}
        save(store, {name: make(store, seed) for name, seed in seeds.items()}, seeds)
        counted.clear()
        assert len(store.measured("lab")) == size
        sizes.append(sum(statement.lstrip().upper().startswith("SELECT") for statement in counted))
    event.remove(Engine, "before_cursor_execute", count)
    assert sizes[0] == sizes[1] <= 6


def test_cells_are_read_page_by_page(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "PAGE", 3)
    seeds = {f"c{place}": place % 5 for place in range(8)}
    runs = {seed: make(store, seed) for seed in range(5)}
    save(store, {name: runs[seed] for name, seed in seeds.items()}, seeds)
    each = store.each_measured("lab")
    first = next(each)
    assert first.cell.name == "c0"
    assert [entry.cell.name for entry in (first, *each)] == list(seeds)
    assert [entry.run for entry in store.measured("lab")] == [runs[seed] for seed in seeds.values()]


def test_an_unknown_experiment_is_refused(store: SqlStore) -> None:
    with pytest.raises(RecordError) as missing:
        store.measured("nothing")
    assert missing.value.code == "record.not_found"

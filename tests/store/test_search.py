"""Searching runs: each filter alone and together, words, pages, counts, points, plans of queries, older databases."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import postgresql

from packshot.errors import RecordError
from packshot.evaluation import propose
from packshot.result import (
    Cell,
    Criterion,
    CriterionScore,
    Decision,
    Entry,
    Evidence,
    Found,
    Proposal,
    Rating,
    ReviewState,
    Run,
    RunQuery,
    RunState,
    Sameness,
    Verdict,
)
from packshot.spec import Mode, Origin, ResolvedSpec
from packshot.store import SqlStore
from packshot.store.schema import MIGRATIONS
from packshot.store.search import LETTERS_MAX, WORDS_MAX, _fitting
from packshot.store.tables import METADATA, RUN
from tests.store.conftest import Opener
from tests.store.examples import FAILURE, START, picture, resolved_spec, result_of
from tests.store.older import older
from tests.store.test_trail import release, review

SEEDS = itertools.count()
IDENTICAL = Verdict(sameness=Sameness.IDENTICAL, expected_digest="0" * 64, got_digest="0" * 64)
LIGHT = Evidence(name="light", value=1.0, unit=None, sentence="Light is 1.")


def spec_of(prompt: str, model: str = "tiny", mode: Mode = Mode.TEXT_TO_IMAGE) -> ResolvedSpec:
    plain = resolved_spec(next(SEEDS))
    intent = plain.intent.model_copy(update={"prompt": prompt, "mode": mode})
    return plain.model_copy(update={"intent": intent, "origin": Origin(model=model)})


@pytest.fixture
def make(store: SqlStore) -> Callable[..., Run]:
    """Makes a run that succeeded."""

    def made(prompt: str = "a red mug", *, replay_of: str | None = None, **other: Any) -> Run:
        run = store.begin(spec_of(prompt, **other), replay_of=replay_of).run
        pixels = picture(run.resolved.intent.seed)
        return store.finish(run.id, pixels, result_of(pixels))

    return made


def ids(store: SqlStore, **query: Any) -> list[str]:
    found = [found.run_id for found in store.search(RunQuery(**query), limit=100)]
    assert store.count(RunQuery(**query)) == len(found)
    return found


def rate(store: SqlStore, run: Run, total: int, *, rater: str = "Ana", minutes: int = 0, complete: bool = True) -> None:
    """A rating whose scores add up to `total`."""
    given = dict(zip(Criterion, (min(2, max(0, total - 2 * place)) for place in range(5)), strict=True))
    if not complete:
        del given[Criterion.REPRODUCIBILITY]
    store.add_rating(
        Rating(
            id=f"{next(SEEDS):026}",
            run_id=run.id,
            rater=rater,
            created_at=START + timedelta(minutes=minutes),
            scores={criterion: CriterionScore(score=score) for criterion, score in given.items()},
            blind=not complete,
        )
    )


def test_what_is_found_is_light_and_complete(store: SqlStore, make: Callable[..., Run]) -> None:
    done = make("A Café mug", model="sd15")
    store.set_points(done.id, 3, 2)
    failed = store.fail(store.begin(spec_of("a blue mug")).run.id, FAILURE)
    waiting = store.begin(spec_of("a vase", mode=Mode.IMAGE_TO_IMAGE)).run
    assert done.result is not None
    intent = done.resolved.intent
    asked: dict[str, Any] = {
        "steps": intent.steps,
        "guidance": intent.guidance,
        "scheduler": intent.scheduler.name,
        "strength": intent.strength,
        "negative_prompt": intent.negative_prompt,
        "loras": intent.loras,
    }
    assert store.search(RunQuery(), limit=10) == [
        Found(
            run_id=waiting.id,
            state=RunState.RUNNING,
            created_at=waiting.created_at,
            prompt="a vase",
            model="tiny",
            mode=Mode.IMAGE_TO_IMAGE,
            seed=waiting.resolved.intent.seed,
            width=8,
            height=8,
            **asked,
        ),
        Found(
            run_id=failed.id,
            state=RunState.FAILED,
            created_at=failed.created_at,
            prompt="a blue mug",
            model="tiny",
            mode=Mode.TEXT_TO_IMAGE,
            seed=failed.resolved.intent.seed,
            width=8,
            height=8,
            **asked,
            failure_code="engine.failed",
        ),
        Found(
            run_id=done.id,
            state=RunState.SUCCEEDED,
            created_at=done.created_at,
            prompt="A Café mug",
            model="sd15",
            mode=Mode.TEXT_TO_IMAGE,
            seed=done.resolved.intent.seed,
            width=6,  # of the picture, not of the asked 8
            height=8,
            **asked,
            picture_digest=done.result.picture_digest,
            points=3,
            criteria=2,
        ),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "abcdef"),
        ("mug", "ab"),
        ("MUG red", "a"),
        ("red mug red", "a"),
        ("mug vase", ""),
        ("100%", "c"),
        ("%", "c"),
        ("_", "d"),
        ("snow_white", "d"),
        ("snowXwhite", ""),
        ("/", "e"),
        ("a/b", "e"),
        ("\\", ""),
        ("'", "b"),
        ("ÉLÉGANTE", "f"),
        ("e\u0301le\u0301gante", "f"),  # decomposed
        ("STRASSE", "f"),
        ("  \t\n ", "abcdef"),
        ("mug\0zzz", ""),  # LIKE would end at the NUL and find every mug
        ("0%0", ""),
    ],
)
def test_all_words_must_occur_in_any_case(store: SqlStore, make: Callable[..., Run], text: str, found: str) -> None:
    prompts = ["a Red MUG", "a child's blue mug", "100% cotton", "snow_white vase", "a/b table", "élégante, Straße"]
    runs = {make(prompt).id: letter for prompt, letter in zip(prompts, "abcdef", strict=True)}
    assert {runs[run_id] for run_id in ids(store, text=text)} == set(found)


def test_by_when_it_was_asked_for(store: SqlStore, make: Callable[..., Run], clock: Any) -> None:
    runs = {}
    for day in (1, 2, 3):
        clock.moment = datetime(2026, 11, day, tzinfo=UTC)
        runs[day] = make().id
    second, third = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
    assert ids(store, since=second) == [runs[3], runs[2]]
    assert ids(store, before=second) == [runs[1]], "the bound itself is not before"
    assert ids(store, since=second, before=third) == [runs[2]]
    assert ids(store, since=third, before=second) == []
    assert len(ids(store, since=datetime(1900, 1, 1, tzinfo=UTC))) == 3


def test_too_many_words_are_refused_with_a_sentence(store: SqlStore) -> None:
    assert store.count(RunQuery(text=" ".join(str(number) for number in range(WORDS_MAX)))) == 0
    for text in (" ".join(str(number) for number in range(WORDS_MAX + 1)), "x" * (LETTERS_MAX + 1)):
        with pytest.raises(RecordError) as error:
            store.search(RunQuery(text=text), limit=1)
        assert error.value.code == "record.search"
        assert error.value.expected is not None


def test_each_filter_alone_and_all_together(store: SqlStore, make: Callable[..., Run]) -> None:
    tiny, large, photo = make("a mug"), make("a mug", model="sdxl"), make("a mug", mode=Mode.IMAGE_TO_IMAGE)
    failed = store.fail(store.begin(spec_of("a mug")).run.id, FAILURE)
    place = {"position": 0, "group": "g"}
    cells = [
        Cell(name="one", spec_hash=tiny.spec_hash, product="SKU-1", **place),
        Cell(name="two", spec_hash=large.spec_hash, product="SKU-2", **place),
        Cell(name="three", spec_hash=tiny.spec_hash, product="SKU-2", **place),
        Cell(name="none", spec_hash="", product="SKU-3", **place),
    ]
    store.save_experiment("lab", {}, cells[:2])
    store.save_experiment("later", {}, cells[2:])
    store.save_experiment("empty", {}, [])
    store.link_cells("lab", {"one": tiny.id, "two": large.id})
    store.link_cells("later", {"three": tiny.id})
    store.set_points(tiny.id, 4, 3)
    store.set_points(large.id, 2, 3)

    assert ids(store, model="sdxl") == [large.id]
    assert ids(store, model="SDXL") == []
    assert ids(store, mode=Mode.IMAGE_TO_IMAGE) == [photo.id]
    assert ids(store, state=RunState.FAILED) == [failed.id]
    assert ids(store, experiment="lab") == [large.id, tiny.id]
    assert ids(store, experiment="later") == [tiny.id]
    assert ids(store, experiment="nowhere") == []
    assert ids(store, product="SKU-2") == [large.id, tiny.id]
    assert ids(store, product="SKU-3") == []
    assert ids(store, least_points=2) == [large.id, tiny.id]
    assert ids(store, least_points=3) == [tiny.id]
    assert ids(store, least_points=0) == [large.id, tiny.id]  # the others are not scored, which is not nought
    together = {"text": "mug", "model": "tiny", "mode": Mode.TEXT_TO_IMAGE, "state": RunState.SUCCEEDED}
    assert ids(store, **together, experiment="lab", product="SKU-1", least_points=4, rated=False) == [tiny.id]
    assert ids(store, **together, experiment="lab", product="SKU-1", least_points=5) == []

    found = store.facets()
    assert list(found.experiments.items()) == [("later", 1), ("lab", 2)]
    assert found.products == {"SKU-1": 1, "SKU-2": 2}
    assert found.models == {"sdxl": 1, "tiny": 3}
    assert found.states == {RunState.SUCCEEDED: 3, RunState.FAILED: 1}
    for name, values in (("experiment", found.experiments), ("product", found.products), ("model", found.models)):
        assert all(len(ids(store, **{name: value})) == count for value, count in values.items())


def test_people_count_once_with_their_newest_complete_rating(store: SqlStore, make: Callable[..., Run]) -> None:
    run, half, none = make(), make(), make()
    rate(store, run, 2, minutes=1)
    rate(store, run, 8, minutes=2)
    rate(store, run, 0, minutes=3, complete=False)  # blind, without reproducibility: no total
    rate(store, run, 5, rater="Benoît")
    rate(store, half, 4, complete=False)
    assert {found.run_id: found.total for found in store.search(RunQuery(), limit=9)} == {
        run.id: 6.5,
        half.id: None,
        none.id: None,
    }
    assert ids(store, least_total=6.5) == [run.id]
    assert ids(store, least_total=6.6) == []
    assert ids(store, least_total=0) == [run.id]
    assert ids(store, rated=True) == [half.id, run.id]
    assert ids(store, rated=False) == [none.id]


def test_replays_are_left_out_everywhere(store: SqlStore, make: Callable[..., Run]) -> None:
    original = make()
    again = make(replay_of=original.id)
    make(replay_of="a file.png")
    store.set_evidence(again.id, [LIGHT])
    assert ids(store) == [original.id]
    assert store.facets().states == {RunState.SUCCEEDED: 1}
    assert store.facets().models == {"tiny": 1}
    assert store.unscored(9) == []


def test_pages_have_neither_gaps_nor_repeats(store: SqlStore, make: Callable[..., Run], clock: Any) -> None:
    made = []
    for number in range(23):
        clock.moment = START  # many in one millisecond: the id alone decides their order
        made.append(make(f"mug {number % 2}").id)
    expected = sorted(made, reverse=True)
    for query in (RunQuery(), RunQuery(text="mug")):
        pages = [store.search(query, limit=5, offset=offset) for offset in range(0, 25, 5)]
        assert [found.run_id for page in pages for found in page] == expected
        assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert store.search(RunQuery(), limit=5, offset=23) == []
    assert [found.run_id for found in store.search(RunQuery(), limit=10_000)] == expected


def test_more_than_one_query_holds(store: SqlStore, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Run]) -> None:
    monkeypatch.setattr("packshot.store.search.AT_ONCE", 2)
    made = [make().id for _ in range(5)]
    assert ids(store) == made[::-1]


def test_points_are_forgotten_with_what_they_rest_on(store: SqlStore, make: Callable[..., Run]) -> None:
    run = make()
    assert store.unscored(9) == []  # no evidence, so there is nothing to score
    store.set_evidence(run.id, [LIGHT])
    assert store.unscored(9) == [run.id]
    store.set_points(run.id, 1, 1)
    assert store.unscored(9) == []
    store.set_evidence(run.id, [LIGHT])
    assert store.unscored(9) == [run.id]
    store.set_points(run.id, 1, 1)
    store.set_verdict(make(replay_of=run.id).id, IDENTICAL)
    assert store.unscored(9) == [run.id]
    newer = make()
    store.set_evidence(newer.id, [LIGHT])
    assert store.unscored(9) == [newer.id, run.id]
    assert store.unscored(1) == [newer.id]
    with pytest.raises(RecordError):
        store.set_points("0" * 26, 1, 1)


def test_points_are_proposed_with_the_evidence_from_it_and_the_replays(
    store: SqlStore, make: Callable[..., Run]
) -> None:
    run = make()
    store.set_verdict(make(replay_of=run.id).id, IDENTICAL)
    asked: list[tuple[object, object]] = []

    def propose_so(entries: Sequence[Evidence], replays: Sequence[Sameness]) -> Proposal:
        asked.append((list(entries), list(replays)))
        return propose(entries, replays)

    store.set_evidence(run.id, [LIGHT], propose_so)
    assert asked == [([LIGHT], [IDENTICAL.sameness])]
    assert store.unscored(9) == []
    found = next(found for found in store.search(RunQuery(), limit=9) if found.run_id == run.id)
    expected = propose([LIGHT], [IDENTICAL.sameness])
    assert (found.points, found.criteria) == (expected.points, expected.evaluated)
    with pytest.raises(RecordError):
        store.set_evidence("0" * 26, [LIGHT], propose_so)


def test_another_claim_and_another_execution_keep_the_columns(store: SqlStore) -> None:
    spec = spec_of("a teapot", model="sd15")
    run = store.begin(spec).run
    store.release(run.id)
    store.begin(spec.model_copy(update={"origin": Origin(model="elsewhere/sd15")}))
    assert ids(store, model="elsewhere/sd15") == [run.id]
    store.restate(run.id, spec.with_execution(threads=7))
    assert ids(store, model="sd15", text="teapot") == [run.id]


QUERIES = (
    RunQuery(),
    RunQuery(text="mug"),
    RunQuery(state=RunState.FAILED, model="x", least_points=2),
    RunQuery(mode=Mode.TEXT_TO_IMAGE),
)


@pytest.mark.files_only
def test_days_are_read_from_the_same_index(store: SqlStore) -> None:
    wanted = _fitting(select(RUN.c.id), RunQuery(since=START, before=START, text="mug")).order_by(RUN.c.id.desc())
    with store._database.read() as connection:
        compiled = wanted.compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}".replace("%", "%%"))]
    assert plan == ["SEARCH run USING COVERING INDEX ix_run_gallery (replay_of=? AND id>? AND id<?)"]


@pytest.mark.files_only
@pytest.mark.parametrize("query", QUERIES)
def test_fitting_runs_are_read_from_the_index_alone(store: SqlStore, query: RunQuery) -> None:
    wanted = _fitting(select(RUN.c.id), query).order_by(RUN.c.id.desc()).limit(60)
    with store._database.read() as connection:
        compiled = wanted.compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}".replace("%", "%%"))]
    assert plan == ["SEARCH run USING COVERING INDEX ix_run_gallery (replay_of=?)"]


def test_the_query_is_one_that_postgresql_has(store: SqlStore) -> None:
    everything = RunQuery(
        text="50% mug", experiment="e", product="p", state=RunState.FAILED, least_points=1, rated=True, least_total=5.0
    )
    said = str(_fitting(select(RUN.c.id), everything).compile(dialect=postgresql.dialect()))
    assert "json_extract" not in said.lower()
    assert "ESCAPE '/'" in said


@pytest.mark.files_only
def test_a_database_of_revision_0003_is_migrated_with_its_rows(
    store: SqlStore, make: Callable[..., Run], opener: Opener, workspace: Path, tmp_path: Path
) -> None:
    café = make("Un CAFÉ, 100% arabica", model="sd15", mode=Mode.IMAGE_TO_IMAGE)
    mugs = [make(f"mug {number}") for number in range(3)]
    again = make("mug 0", replay_of=mugs[0].id)
    store.set_evidence(café.id, [LIGHT])
    store.set_points(café.id, 5, 4)
    damaged = mugs.pop()
    store.close()
    filled = tmp_path / "filled"
    workspace.rename(filled)
    with closing(sqlite3.connect(filled / "packshot.db", isolation_level=None)) as database:
        database.execute("UPDATE run SET resolved = '{\"intent\": 3}' WHERE id = ?", (damaged.id,))
    older(workspace, filled, "0003")
    with closing(sqlite3.connect(workspace / "packshot.db")) as database:
        assert "words" not in [row[1] for row in database.execute("PRAGMA main.table_info(run)")]

    migrated = opener()
    with create_engine(f"sqlite:///{workspace / 'packshot.db'}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert migrated.run(café.id) == café
    assert ids(migrated, text="café 100%") == [café.id]
    assert ids(migrated, model="sd15", mode=Mode.IMAGE_TO_IMAGE) == [café.id]
    assert ids(migrated, text="mug") == [run.id for run in reversed(mugs)]
    assert migrated.search(RunQuery(text="café"), limit=1)[0].points is None  # no migration knows the rubric
    assert migrated.unscored(9) == [café.id]
    assert [run.id for run in migrated.replays_of(mugs[0].id)] == [again.id]
    assert [found.code for found in migrated.verify().findings if found.severity == "error"] == ["run.unreadable"]


@pytest.mark.files_only
def test_a_migration_of_more_rows_than_one_portion(
    store: SqlStore, make: Callable[..., Run], opener: Opener, workspace: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    made = [make(f"mug {number}").id for number in range(5)]
    store.close()
    filled = tmp_path / "filled"
    workspace.rename(filled)
    older(workspace, filled, "0003")
    source = MIGRATIONS / "versions" / "0005_gallery.py"
    text = source.read_text()
    assert "PORTION = 500" in text
    space: dict[str, Any] = {}
    exec(compile(text.replace("PORTION = 500", "PORTION = 2"), str(source), "exec"), space)
    engine = create_engine(f"sqlite:///{workspace / 'packshot.db'}")
    with engine.begin() as connection:
        for column in ("words", "model", "mode"):
            connection.exec_driver_sql(f"ALTER TABLE run ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
        space["fill"](connection)
        found = connection.exec_driver_sql("SELECT id, words FROM run ORDER BY id").fetchall()
    engine.dispose()
    assert [tuple(row) for row in found] == [(run_id, f"mug {number}") for number, run_id in enumerate(made)]


def test_by_where_the_review_stands(store: SqlStore, make: Callable[..., Run]) -> None:
    runs = {name: make() for name in ("draft", "in_review", "approved", "rejected", "released", "both")}
    failed = store.fail(store.begin(spec_of("a red mug")).run.id, FAILURE)

    def decided(name: str, *entries: Entry) -> None:
        store.append(runs[name].id, lambda _before: entries)

    numbers = itertools.count(1)
    for name in ("in_review", "approved", "rejected", "released", "both"):
        decided(name, review(runs[name], next(numbers), Decision.SUBMIT))
    for name in ("approved", "released", "both"):
        decided(name, review(runs[name], next(numbers), Decision.APPROVE))
    decided("rejected", review(runs["rejected"], next(numbers), Decision.REJECT))
    decided("released", release(runs["released"], next(numbers)))
    decided("both", review(runs["both"], next(numbers), Decision.SUBMIT, channel="etsy"))
    for state in ReviewState:
        query = RunQuery(review=state)
        ids = {each.run_id for each in store.search(query, limit=99)}
        wanted = {runs[state].id} | ({runs["both"].id} if state in ("approved", "in_review") else set())
        assert ids == wanted, state
        assert store.count(query) == len(wanted)
        assert failed.id not in ids

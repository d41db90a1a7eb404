"""The review queue: by state, channel and experiment, page by page, from an index."""

from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from packshot.errors import RecordError
from packshot.result import Cell, Decision, Entry, ReviewState, Run, StandingQuery
from packshot.review import state_after
from packshot.store import SqlStore
from packshot.store.standings import _fitting
from packshot.store.tables import STANDING
from tests.store.test_records import make
from tests.store.test_trail import add, raw, release, review

SEEDS = itertools.count(1)
SUBMIT, REJECT = Decision.SUBMIT, Decision.REJECT


def found(store: SqlStore, *, limit: int = 100, after: int = 0, **query: object) -> list[tuple[str, str | None]]:
    asked = StandingQuery.model_validate(query)
    standings = store.standings(asked, limit=limit, after=after)
    if limit == 100 and not after:
        assert sum(store.count_standings(asked).values()) == len(standings)
    return [(standing.run_id, standing.channel) for standing in standings]


def test_a_line_says_who_brought_it_there_and_when(store: SqlStore) -> None:
    run = make(store, 1)
    add(store, review(run, 1, SUBMIT), review(run, 2, by="Bob"))
    (standing,) = store.standings(StandingQuery(), limit=5)
    assert run.result is not None
    assert standing.model_dump() == {
        "number": 2,
        "run_id": run.id,
        "picture_digest": run.result.picture_digest,
        "channel": "ebay",
        "state": ReviewState.APPROVED,
        "by": "Bob",
        "since": review(run, 2).created_at,
    }


def test_pictures_by_state_channel_and_experiment(store: SqlStore) -> None:
    runs = [make(store, seed) for seed in range(4)]
    names = ("one", "two")
    for name, members in zip(names, (runs[:2], runs[2:]), strict=True):
        cells = [
            Cell(name=f"c{n}", position=n, group="g", arm="a", spec_hash=run.spec_hash, change={}, run_id=run.id)
            for n, run in enumerate(members)
        ]
        store.save_experiment(name, {"v": 1}, cells)
    for number, run in enumerate(runs):
        add(store, review(run, 10 + number, SUBMIT), review(run, 20 + number, SUBMIT, channel="etsy"))
    add(
        store, review(runs[1], 30), review(runs[2], 31), release(runs[2], 32), review(runs[3], 33, SUBMIT, channel=None)
    )
    add(store, review(runs[0], 34, REJECT, channel=None))
    ids = [run.id for run in runs]
    waiting = {"state": ReviewState.IN_REVIEW}
    assert found(store, **waiting, channel="etsy") == [(run_id, "etsy") for run_id in ids[1:]]
    assert found(store, **waiting, channel="ebay") == [(ids[3], "ebay")]
    assert found(store, **waiting, in_general=True) == [(ids[3], None)]
    assert found(store, **waiting, experiment="one") == [(ids[1], "etsy")]
    assert found(store, state=ReviewState.APPROVED) == [(ids[1], "ebay")]
    assert found(store, state=ReviewState.RELEASED, experiment="two") == [(ids[2], "ebay")]
    assert found(store, state=ReviewState.REJECTED) == [(ids[0], None), (ids[0], "ebay"), (ids[0], "etsy")]
    assert found(store, state=ReviewState.RELEASED, experiment="one") == []
    assert store.count_standings(StandingQuery(channel="ebay")) == {
        ReviewState.IN_REVIEW: 1,
        ReviewState.APPROVED: 1,
        ReviewState.REJECTED: 1,
        ReviewState.RELEASED: 1,
    }
    for ask in (store.count_standings, lambda query: store.standings(query, limit=1)):
        with pytest.raises(RecordError):
            ask(StandingQuery(experiment="three"))


def test_pages_have_neither_gaps_nor_repeats(store: SqlStore) -> None:
    runs = [make(store, seed) for seed in range(5)]
    for number, run in enumerate(runs):
        add(store, review(run, number, SUBMIT))
    pages, after = [], 0
    while page := store.standings(StandingQuery(state=ReviewState.IN_REVIEW), limit=2, after=after):
        after = page[-1].number
        pages.append([standing.run_id for standing in page])
        add(store, review(runs[len(pages) - 1], 50 + len(pages)))
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [run_id for page in pages for run_id in page] == [run.id for run in runs]


def test_a_rejection_in_general_comes_on_one_page(store: SqlStore) -> None:
    run, other = make(store, 1), make(store, 2)
    for number, channel in enumerate(("ebay", "etsy", "shopify")):
        add(store, review(run, number, SUBMIT, channel=channel))
    add(store, review(run, 8, REJECT, channel=None), review(other, 9, REJECT, channel=None))
    first = store.standings(StandingQuery(), limit=1)
    assert [standing.channel for standing in first] == [None, "ebay", "etsy", "shopify"]
    assert found(store, limit=1, after=first[-1].number) == [(other.id, None)]


STEP = st.tuples(st.sampled_from([*Decision, None]), st.sampled_from(["ebay", "etsy", None]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=6))
def test_the_table_says_what_the_entries_say(store: SqlStore, steps: list[tuple[Decision | None, str | None]]) -> None:
    seed = next(SEEDS)
    run: Run = make(store, seed)
    for place, (decision, channel) in enumerate(steps):
        number = 100 * seed + place
        entry: Entry = (
            release(run, number, channel=channel or "ebay")
            if decision is None
            else review(run, number, decision, channel=channel)
        )
        add(store, entry)
    assert run.result is not None
    entries = store.entries(run.id)
    kept = {s.channel: s.state for s in store.standings(StandingQuery(), limit=10_000) if s.run_id == run.id}
    assert kept.keys() == {entry.channel for entry in entries}
    for channel, state in kept.items():
        assert state is state_after(entries, run.result.picture_digest, channel)
    assert [f.code for f in store.audit(pictures=False).findings if f.code != "trail.unapproved"] == []


@pytest.mark.files_only
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (StandingQuery(state=ReviewState.IN_REVIEW, channel="ebay"), "ix_standing_state_channel_number"),
        (StandingQuery(state=ReviewState.IN_REVIEW), "ix_standing_state_number"),
        (StandingQuery(channel="ebay"), "ix_standing_channel_number"),
    ],
)
def test_a_page_is_read_from_an_index_without_sorting(
    store: SqlStore, workspace: Path, query: StandingQuery, index: str
) -> None:
    with store._database.read() as connection:
        page = _fitting(connection, select(STANDING.c.number), query).where(STANDING.c.number > 5)
    text = (
        page.order_by(STANDING.c.number)
        .limit(50)
        .compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    )
    with closing(raw(workspace)) as database:
        plan = " ".join(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {text}"))
    assert index in plan
    assert "TEMP B-TREE" not in plan

"""PostgreSQL as the database of a team: the same answers as SQLite, nothing twice, and what happens when it is away."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text

from packshot.errors import PackshotError, StoreError, UsageError, WorkspaceError
from packshot.result import Decision, Run, RunQuery, RunState, StandingQuery
from packshot.store import SqlStore, open_store
from packshot.store.database import Database
from packshot.store.moving import row_digest, table_digest
from packshot.store.schema import HEAD
from packshot.store.tables import METADATA, RUN
from tests.servers import Cluster
from tests.store.examples import FAILURE, Clock, picture, resolved_spec, result_of
from tests.store.test_records import cell, make, rating
from tests.store.test_search import spec_of
from tests.store.test_trail import add, release, review

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def team(tmp_path: Path, clock: Clock, database: str) -> Iterator[Callable[..., SqlStore]]:
    """Opens PostgreSQL with a folder for pictures."""
    opened: list[SqlStore] = []

    def open_as(owner: str = "here", address: str = database, patience_s: float = 60.0) -> SqlStore:
        store = open_store(tmp_path / "ws", now=clock, owner=owner, busy_timeout_s=patience_s, database=address)
        opened.append(store)
        return store

    yield open_as
    for store in opened:
        store.close()


def name_of(address: str) -> str:
    return address.partition("@/")[2].partition("?")[0]


def test_the_migrations_make_the_tables_and_texts_compare_by_bytes(
    team: Callable[..., SqlStore], cluster: Cluster, database: str
) -> None:
    with team()._database.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    of_gallery = [change for change in found if "ix_run_gallery" not in str(change)]
    assert of_gallery == [], "that index has no words there: they may be too long for one"
    languages = cluster.sql(
        name_of(database),
        "SELECT DISTINCT o.collname FROM pg_attribute a JOIN pg_collation o ON o.oid = a.attcollation JOIN pg_class c "
        "ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    assert languages == [("C",)]


def filled(store: SqlStore) -> list[Run]:
    """Rows of every kind, with texts and numbers that databases like to treat differently."""
    prompts = (
        "Un CAFÉ, 100% arabica",
        "un_cafe 50 %",
        "zebra Äpfel",
        "Äpfel zebra",
        "ẞ straße \U0001f4f7",
        "nul \0 in it",
    )
    runs = []
    for prompt in prompts:
        run = store.begin(spec_of(prompt)).run
        pixels = picture(run.resolved.intent.seed)
        runs.append(store.finish(run.id, pixels, result_of(pixels)))
    store.fail(store.begin(spec_of("failed", model="a" * 300)).run.id, FAILURE)
    store.save_experiment(
        "Äb", {"seed": 2**40, "text": "ü\\u0000 \\"}, [cell("b", 0, 1), cell("a", 0, 2), cell("Z", 1, 3)]
    )
    store.save_experiment("ab", {"float": 0.1}, [cell("a", 0, 1)])
    for number, run in enumerate(runs):
        store.add_rating(rating(run.id, number))
        store.add_rating(rating(run.id, 10 + number, rater="Zoë"))
        store.set_points(run.id, number, 5)
    for number, run in enumerate(runs):
        add(store, review(run, 100 + number, Decision.SUBMIT, reason='back\\slash "quote" \u2028'))
        add(store, review(run, 200 + number, channel="Étsy" if number % 2 else "ebay"))
    add(store, release(runs[0], 300))
    return runs


def answers(store: SqlStore) -> list[object]:
    """What pages are made of."""
    words = ("", "café", "CAFE", "%", "_", "äpfel ZEBRA", "straße", "nul", "\\", "100% un")
    return [
        *([found.model_dump() for found in store.search(RunQuery(text=word), limit=99)] for word in words),
        *([store.count(RunQuery(least_total=total)) for total in (1.0, 2.5, 5.0, 7.0)]),
        *([found.run_id for found in store.search(RunQuery(least_points=3, rated=True), limit=99)]),
        store.facets(),
        store.summaries(),
        store.experiments(),
        [store.cells(name) for name in ("Äb", "ab")],
        store.runs(limit=99),
        store.standings(StandingQuery(), limit=3),
        store.count_standings(StandingQuery()),
        list(store.links()),
        store.audit(pictures=False),
        store.verify(),
        store.unscored(9),
    ]


def test_both_databases_give_the_same_answers_in_the_same_order(
    team: Callable[..., SqlStore], tmp_path: Path, clock: Clock
) -> None:
    with open_store(tmp_path / "files", now=clock, owner="here") as files:
        filled(files)
        shared = team()
        with files._database.read() as source, shared._database.write() as target:
            for table in METADATA.sorted_tables:
                rows = [dict(row) for row in source.execute(table.select()).mappings()]
                if rows:
                    target.execute(table.insert(), rows)
        for run in files.runs(limit=99):
            if run.result is not None:
                shared.pictures.put(files.pictures.get(run.result.picture_digest))
        for one, other in zip(answers(files), answers(shared), strict=True):
            assert one == other
        with files._database.read() as source, shared._database.read() as target:
            for table in METADATA.sorted_tables:
                assert table_digest(source, table) == table_digest(target, table), table.name


def test_the_trail_and_ratings_are_only_ever_added(team: Callable[..., SqlStore]) -> None:
    store = team()
    run = make(store, 1)
    store.add_rating(rating(run.id, 1))
    add(store, review(run, 1, Decision.REJECT))
    for statement in (
        "UPDATE trail SET entry = 'approve'",
        "DELETE FROM trail",
        "TRUNCATE trail CASCADE",
        "INSERT INTO trail SELECT number + 2, kind, run_id, entry, digest, 'x' FROM trail",
        "INSERT INTO trail SELECT number + 1, kind, run_id, entry, 'x', 'x' FROM trail",
        "INSERT INTO trail SELECT number + 1, kind, run_id, entry, digest, digest FROM trail",
        "UPDATE rating SET rater = 'Bob'",
        "DELETE FROM rating",
        "TRUNCATE rating",
    ):
        with pytest.raises(StoreError, match=r"append-only|unique"), store._database.write() as connection:
            connection.execute(text(statement))
    assert store.entries(run.id) == [review(run, 1, Decision.REJECT)]
    assert len(store.ratings(run.id)) == 1
    assert store.audit().clean


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE trail SET entry = replace(entry, 'Ann', 'Bob') WHERE number = 2", "trail.changed"),
        ("DELETE FROM trail WHERE number = 2", "trail.missing"),
    ],
)
def test_who_gets_behind_the_triggers_is_found(
    team: Callable[..., SqlStore], cluster: Cluster, database: str, change: str, code: str
) -> None:
    store = team()
    run = make(store, 1)
    add(store, review(run, 1, Decision.SUBMIT), review(run, 2, channel=None), review(run, 3, channel="etsy"))
    assert store.audit().clean
    cluster.sql(name_of(database), "SET session_replication_role = replica", change)
    assert code in [finding.code for finding in store.audit().findings]


def test_a_prompt_may_be_longer_than_an_entry_of_an_index(team: Callable[..., SqlStore]) -> None:
    prompt = " ".join(f"{random.Random(1).getrandbits(64) + number:x}" for number in range(600))
    store = team()
    run = store.begin(spec_of(prompt)).run
    assert [found.run_id for found in store.search(RunQuery(text=prompt.split()[300]), limit=9)] == [run.id]


def test_threads_claim_from_one_queue_and_none_twice(team: Callable[..., SqlStore]) -> None:
    stores = [team().worker(str(number)) for number in range(4)]
    seeds, gate = list(range(15)), threading.Barrier(4)

    def work(store: SqlStore) -> list[int]:
        gate.wait()
        made = []
        for seed in seeds:
            begun = store.begin(resolved_spec(seed))
            if begun.outcome == "claimed":
                store.finish(begun.run.id, picture(seed), result_of(picture(seed)))
                made.append(seed)
        return made

    with ThreadPoolExecutor(4) as pool:
        made = [seed for some in pool.map(work, stores) for seed in some]
    assert sorted(made) == seeds
    assert {run.attempts for run in stores[0].runs(limit=99)} == {1}
    assert stores[0].count_runs() == len(seeds)


@pytest.mark.slow
def test_processes_claim_from_one_queue_some_are_killed_and_nothing_is_lost(
    team: Callable[..., SqlStore], tmp_path: Path, database: str, clock: Clock
) -> None:
    count, go = 120, tmp_path / "go"
    team().close()
    environment = {**os.environ, "PACKSHOT_TEST_DATABASE": database}
    command = [sys.executable, "-m", "tests.store.worker", str(tmp_path / "ws"), str(count), str(go)]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "here\n"
    go.touch()
    assert workers[0].stdout is not None
    first = [workers[0].stdout.readline() for _ in range(4)]
    workers[0].kill()
    made = [[int(line) for line in worker.communicate(timeout=250)[0].split() if line.isdigit()] for worker in workers]
    made[0] += [int(line) for line in first if line.strip().isdigit()]
    assert [worker.returncode for worker in workers[1:]] == [0, 0]
    everything = [seed for some in made for seed in some]
    assert len(everything) == len(set(everything)), "made twice"
    store = team()
    assert store.count_runs(state=RunState.SUCCEEDED) == count
    assert store.count_runs() == count
    assert store.verify().clean


def test_a_row_that_another_changes_at_this_moment_is_busy_without_waiting(team: Callable[..., SqlStore]) -> None:
    holder, other = team("one"), team("two", patience_s=60.0)
    run = holder.begin(resolved_spec(1)).run
    with holder._database.write() as connection:
        connection.execute(RUN.update().where(RUN.c.id == run.id).values(attempts=1))
        begun = other.begin(resolved_spec(1))
    assert (begun.outcome, begun.run.id) == ("busy", run.id)


def test_four_that_open_a_new_database_at_once_make_it_once(team: Callable[..., SqlStore], cluster: Cluster) -> None:
    address = cluster.address(cluster.create())
    gate = threading.Barrier(4)

    def opened(number: int) -> int:
        gate.wait()
        return team(str(number), address, 60.0).count_runs()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opened, range(4))) == [0, 0, 0, 0]
    assert cluster.sql(name_of(address), "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_database_of_a_newer_version_or_another_program_is_left_alone(
    team: Callable[..., SqlStore], cluster: Cluster
) -> None:
    address = cluster.address(cluster.create())
    cluster.sql(name_of(address), "CREATE TABLE theirs (x int)")
    with pytest.raises(WorkspaceError, match="not a database of Packshot"):
        team(address=address)
    cluster.sql(
        name_of(address),
        "CREATE TABLE alembic_version (version_num varchar(32))",
        "INSERT INTO alembic_version VALUES ('9999')",
    )
    with pytest.raises(WorkspaceError) as caught:
        team(address=address)
    assert caught.value.code == "workspace.newer"


def test_a_database_that_goes_away_and_comes_back(team: Callable[..., SqlStore], cluster: Cluster) -> None:
    store = team(patience_s=0.5)
    done, open_run = make(store, 1), store.begin(resolved_spec(2)).run
    cluster.stop("immediate")
    try:
        for ask in (store.runs, lambda: store.begin(resolved_spec(3)), lambda: store.heartbeat(open_run.id)):
            with pytest.raises(StoreError) as caught:
                ask()  # type: ignore[operator]
            assert caught.value.code == "store.unreachable"
    finally:
        cluster.start()
    store.heartbeat(open_run.id)
    assert [run.id for run in store.runs()] == [open_run.id, done.id]
    assert store.begin(resolved_spec(1)).outcome == "done"
    store.finish(open_run.id, picture(2), result_of(picture(2)))
    assert store.verify().clean


def test_a_restart_is_waited_for_before_a_transaction_begins(team: Callable[..., SqlStore], cluster: Cluster) -> None:
    store = team(patience_s=60.0)
    cluster.stop("immediate")
    waiting = threading.Thread(target=cluster.start)
    waiting.start()
    try:
        assert store.begin(resolved_spec(1)).outcome == "claimed"
    finally:
        waiting.join()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql+psycopg://ann:s3cret@127.0.0.1:1/shop", "store.unreachable"),
        ("postgresql+psycopg://ann:s3cret@127.0.0.1:1/", "settings.invalid"),
        ("mysql://ann:s3cret@127.0.0.1/shop", "settings.invalid"),
        ("postgresql+psycopg://ann:s3cret@[::1/shop", "settings.invalid"),
    ],
)
def test_no_error_tells_the_password(tmp_path: Path, clock: Clock, address: str, code: str) -> None:
    with pytest.raises(PackshotError) as caught:
        open_store(tmp_path, now=clock, owner="x", busy_timeout_s=0.1, database=address)
    assert caught.value.code == code
    assert "s3cret" not in str(caught.value)


def test_no_error_tells_what_stands_in_rows(team: Callable[..., SqlStore]) -> None:
    store = team()
    with pytest.raises(StoreError) as caught, store._database.write() as connection:
        connection.execute(text("INSERT INTO experiment (name, plan) VALUES ('a secret prompt', '{}')"))
    assert "secret" not in str(caught.value)


def test_connections_leave_nothing_behind_in_the_driver(
    team: Callable[..., SqlStore], caplog: pytest.LogCaptureFixture
) -> None:
    """psycopg warns where each connection brings a class of its own for JSON."""
    caplog.set_level("WARNING", logger="psycopg")
    for _ in range(2):
        team().jobs()
    assert caplog.messages == []


def test_connections_of_many_jobs_at_once_are_kept(team: Callable[..., SqlStore]) -> None:
    store, at_once, opened = team(), 16, list[object]()
    event.listen(store._database._engine, "connect", lambda *given: opened.append(given))  # type: ignore[attr-defined]
    together = threading.Barrier(at_once)

    def read(_number: int) -> None:
        with store._database.read():
            together.wait(60)

    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(read, range(at_once)))
        assert at_once - 1 <= len(opened) <= at_once
        list(threads.map(read, range(at_once)))
        assert len(opened) <= at_once


def test_a_user_that_may_not_is_told_so(team: Callable[..., SqlStore], cluster: Cluster) -> None:
    address = cluster.address("postgres").replace("packshot@", "nobody-there@")
    for wrong in (address, cluster.address("no_such_database")):
        with pytest.raises(WorkspaceError) as caught:
            team(address=wrong)
        assert caught.value.code == "workspace.unusable"


def test_a_writer_that_waits_too_long_says_so(team: Callable[..., SqlStore]) -> None:
    slow, other = team("one"), team("two", patience_s=0.2)
    run = slow.begin(resolved_spec(1)).run
    with slow._database.write() as connection:
        connection.execute(RUN.update().where(RUN.c.id == run.id).values(attempts=1))
        with pytest.raises(StoreError) as caught:
            other.set_points(run.id, 1, 1)
    assert caught.value.code == "store.locked"


@pytest.mark.parametrize(("package", "extra"), [("psycopg", "postgres"), ("s3fs", "s3")])
def test_an_extra_that_is_missing_is_named(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: None if name == package else found(name, *rest))
    place = {"database": "postgresql://x/y"} if extra == "postgres" else {"pictures": "s3://bucket"}
    with pytest.raises(UsageError) as caught:
        open_store(tmp_path, now=clock, owner="x", **place)
    assert caught.value.code == "settings.extra"
    assert caught.value.hint == f"pip install packshot[{extra}]"


def test_a_row_has_one_digest_in_any_database(tmp_path: Path, team: Callable[..., SqlStore]) -> None:
    store = team()
    make(store, 1)
    with store._database.read() as connection:
        row = dict(connection.execute(RUN.select()).mappings().one())
    files = Database(tmp_path / "other.db")
    with files.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.execute(RUN.insert(), {**row, "picture_digest": None})
        again = dict(connection.execute(RUN.select()).mappings().one())
    files.close()
    assert row_digest({**row, "picture_digest": None}) == row_digest(again)

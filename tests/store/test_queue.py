"""The queue: who takes what, in which order, for how long; alone and against others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from packshot.errors import RecordError, ServiceError
from packshot.result import HEAD_START, OPEN, Job, JobKind, JobState, Priority, due_at, new_ulid
from packshot.store import SqlStore, process_owner
from packshot.store.jobs import LEASE
from tests.store.conftest import Opener
from tests.store.examples import START, Clock

ALL = tuple(JobKind)


def job(second: int = 0, kind: JobKind = JobKind.PICTURES, priority: Priority = Priority.INTERACTIVE) -> Job:
    at = START + timedelta(seconds=second)
    return Job(
        id=new_ulid(at, os.urandom),
        kind=kind,
        state=JobState.QUEUED,
        title="a red mug",
        request={},
        created_at=at,
        due_at=due_at(at, priority),
        priority=priority,
    )


def add(store: SqlStore, *jobs: Job) -> list[str]:
    return [store.add_job(each).id for each in jobs]


def taken(store: SqlStore, limit: int = 10, **asked: object) -> list[str]:
    """What a process takes: what dead ones left waits again before it looks."""
    store.recover_jobs()
    return [each.id for each in store.take_jobs(ALL, limit=limit, **asked).jobs]  # type: ignore[arg-type]


def test_a_job_from_the_queue_to_its_end(store: SqlStore) -> None:
    (waiting,) = add(store, job())
    (mine,) = store.take_jobs(ALL, limit=1).jobs
    assert (mine.id, mine.state, mine.owner, mine.is_open) == (waiting, JobState.RUNNING, store.owner, True)
    assert mine.started_at is not None
    assert mine.lease_until is not None
    assert store.over_among([waiting]) == []
    assert store.end_job(waiting, JobState.DONE).owner is None
    assert store.over_among([waiting]) == [waiting]
    assert taken(store) == []


def test_the_oldest_first_and_each_to_one(opener: Opener) -> None:
    one, two = opener("one"), opener("two")
    ids = add(one, job(3), job(1), job(2))
    assert [one.jobs_ahead(each) for each in ids] == [2, 0, 1]
    assert taken(one, limit=2) == [ids[1], ids[2]]
    assert taken(two) == [ids[0]]
    assert taken(opener("three")) == []


def test_what_nobody_waits_for_comes_later_and_never_last_for_ever(store: SqlStore) -> None:
    """A steady stream of people: the sweep begins once it has waited out the head start, whatever came meanwhile."""
    (sweep,) = add(store, job(0, priority=Priority.BATCH))
    people = add(store, *(job(second) for second in range(1, int(HEAD_START.total_seconds()) * 2, 10)))
    order = taken(store, limit=100)
    assert set(order) == {sweep, *people}
    assert order.index(sweep) == 6, "those of the first minute come before it, those of the second after it"


def test_kinds_are_taken_apart(store: SqlStore) -> None:
    sweep, pictures = add(store, job(kind=JobKind.EXPERIMENT), job(1))
    assert [each.id for each in store.take_jobs([JobKind.PICTURES], limit=5).jobs] == [pictures]
    assert [each.id for each in store.take_jobs([JobKind.EXPERIMENT], limit=5).jobs] == [sweep]


def test_a_lease_that_ran_out_is_anybodys_and_a_renewed_one_is_not(opener: Opener, clock: Clock) -> None:
    one, two = opener("one@elsewhere:1:1"), opener("two@elsewhere:2:2")
    ids = add(one, job(), job(1))
    assert taken(one) == ids
    clock.forward(LEASE.total_seconds() / 2)
    one.renew_jobs([ids[0]])
    clock.forward(LEASE.total_seconds() / 2 + 1)
    assert taken(two) == [ids[1]]
    assert one.end_job(ids[1], JobState.FAILED).state is JobState.RUNNING, "it is no longer one's to end"
    assert one.change_job(ids[1], run_ids=("x",)).run_ids == ()
    assert one.end_job(ids[0], JobState.DONE).state is JobState.DONE


def test_a_dead_process_of_this_host_is_not_waited_for(opener: Opener) -> None:
    owner = subprocess.check_output(
        [sys.executable, "-c", "from packshot.store import process_owner; print(process_owner())"], text=True
    ).strip()
    dead, alive, other = opener(owner), opener(process_owner()), opener("other")
    ids = add(dead, job(), job(1))
    assert taken(dead, limit=1) == [ids[0]]
    assert taken(alive, limit=1) == [ids[0]]
    assert taken(other) == [ids[1]]


def test_ours_is_taken_again_unless_we_are_at_it(store: SqlStore) -> None:
    """A job whose thread died with its database: the process itself goes on with it."""
    (mine,) = add(store, job())
    assert taken(store) == [mine]
    assert taken(store, without=[mine]) == []
    assert taken(store) == [mine]


def test_what_was_left_and_what_waits_are_one_line(opener: Opener, clock: Clock) -> None:
    one, two = opener("one"), opener("two")
    first, third = add(one, job(1), job(3))
    assert taken(one) == [first, third]
    second, fourth = add(one, job(2), job(4))
    clock.forward(LEASE.total_seconds())
    assert taken(two, limit=3) == [first, second, third]
    assert taken(two, without=[first, second, third]) == [fourth]


def test_put_back_it_keeps_its_place(opener: Opener) -> None:
    one, two = opener("one"), opener("two")
    ids = add(one, job(), job(1))
    assert taken(one, limit=1) == [ids[0]]
    assert one.put_back_job(ids[0]).owner is None
    assert two.put_back_job(ids[0]).state is JobState.QUEUED
    assert taken(two) == ids


def test_stopping_is_heard_by_whoever_is_at_it(opener: Opener) -> None:
    one, two = opener("one"), opener("two")
    ids = add(one, job(), job(1))
    assert taken(one, limit=1) == [ids[0]]
    assert two.stop_job(ids[0]).stopping
    assert one.jobs_to_stop() == [ids[0]]
    assert two.jobs_to_stop() == []
    assert two.stop_job(ids[1]).state is JobState.STOPPED
    over = one.end_job(ids[0], JobState.STOPPED)
    assert (over.state, over.stopping) == (JobState.STOPPED, False)
    assert two.stop_job(ids[0]) == over
    with pytest.raises(RecordError):
        one.stop_job("0" * 26)


def test_what_is_over_goes_on_at_a_new_place(store: SqlStore) -> None:
    first, second = add(store, job(), job(1))
    assert store.go_on_with_job(first, START).state is JobState.QUEUED, "one that waits keeps its place"
    assert taken(store, limit=1) == [first]
    store.end_job(first, JobState.FAILED)
    again = store.go_on_with_job(first, START + timedelta(seconds=9))
    assert (again.state, again.failure, again.finished_at) == (JobState.QUEUED, None, None)
    assert taken(store) == [second, first]


def test_a_full_queue_takes_no_more(store: SqlStore) -> None:
    add(store, job(), job(1))
    with pytest.raises(ServiceError) as refused:
        store.add_job(job(2), most=2)
    assert refused.value.code == "service.full"
    assert store.count_jobs(OPEN, most=10) == 2
    store.end_job(taken(store)[0], JobState.DONE)
    store.add_job(job(2), most=2)


def test_many_at_once_take_every_job_once(opener: Opener) -> None:
    ids = add(opener("first"), *(job(second) for second in range(40)))
    found: list[str] = []
    failures: list[BaseException] = []

    def take(owner: str) -> None:
        try:
            store = opener(owner)
            while mine := taken(store, limit=3):
                found.extend(mine)
                for each in mine:
                    store.end_job(each, JobState.DONE)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=take, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sorted(found) == sorted(ids)


@pytest.mark.files_only
def test_the_next_of_a_kind_is_found_without_a_look_at_others(store: SqlStore) -> None:
    """However many pictures wait, looking for sweeps reads none of them, and sorts nothing."""
    add(store, job(), job(1, kind=JobKind.EXPERIMENT))
    asked: list[tuple[str, object]] = []
    engine = store._database._engine  # type: ignore[attr-defined]
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, given, *_: asked.append((statement, given)))
    assert store.take_jobs([JobKind.EXPERIMENT], limit=4).jobs
    waiting = [(statement, given) for statement, given in asked if str(JobState.QUEUED) in given]  # type: ignore[operator]
    assert waiting
    with store._database.read() as connection:
        for statement, given in waiting[:2]:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]  # type: ignore[arg-type]
            assert "SEARCH job USING INDEX ix_job_state_kind_due_at_id (state=? AND kind=?)" in plan
            assert not any("TEMP B-TREE" in step for step in plan)

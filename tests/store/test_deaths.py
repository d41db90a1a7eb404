"""Jobs whose process died: counted, tried alone, given up; and what is no death."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from packshot.result import DEADLY_AFTER, SUSPECT_AFTER, Job, JobState
from packshot.store import SqlStore
from packshot.store.jobs import LEASE
from tests.store.conftest import Opener
from tests.store.examples import START, Clock
from tests.store.test_queue import ALL, add, job

Died = Callable[[int], list[Job]]


@pytest.fixture
def died(opener: Opener, clock: Clock) -> Died:
    """Has a process take jobs and die, so often; the last look finds what is over by it."""

    def dies(times: int) -> list[Job]:
        over: list[Job] = []
        for number in range(times):
            dead = opener(f"dead {number}@elsewhere:1:1")
            assert dead.take_jobs(ALL, limit=10, alone=True).jobs
            clock.forward(LEASE.total_seconds())
            over = opener("next").recover_jobs()
        return over

    return dies


def test_a_death_is_counted_and_the_job_waits_in_its_place(store: SqlStore, died: Died) -> None:
    first, second = add(store, job(), job(1))
    assert died(1) == []
    found = [store.job(each) for each in (first, second)]
    assert [(each.state, each.owner, each.deaths) for each in found] == [(JobState.QUEUED, None, 1)] * 2
    assert found[0].due_at == START
    assert [each.id for each in store.take_jobs(ALL, limit=5).jobs] == [first, second], "one death says nothing"


def test_a_suspect_goes_behind_what_waits_and_is_taken_alone(store: SqlStore, died: Died, clock: Clock) -> None:
    (suspect,) = add(store, job())
    died(SUSPECT_AFTER)
    (before,) = add(store, job(1))
    clock.forward(1)
    late = job().model_copy(update={"id": "7" * 26, "due_at": clock() + timedelta(seconds=1)})
    add(store, late)
    assert store.job(suspect).is_suspect
    taken = store.take_jobs(ALL, limit=5)
    assert ([each.id for each in taken.jobs], taken.held) == ([before], False)
    taken = store.take_jobs(ALL, limit=5, without=[before])
    assert (taken.jobs, taken.held) == ((), True), "what came later does not pass it"
    taken = store.take_jobs(ALL, limit=5, without=[before], alone=True)
    assert [each.id for each in taken.jobs] == [suspect]
    taken = store.take_jobs(ALL, limit=5, without=[before, suspect])
    assert [each.id for each in taken.jobs] == [late.id], "other processes go on"


def test_what_takes_its_process_with_it_is_given_up(store: SqlStore, died: Died, clock: Clock) -> None:
    (deadly,) = add(store, job())
    assert died(DEADLY_AFTER - 1) == []
    (over,) = died(1)
    assert store.job(deadly) == over
    assert (over.state, over.owner, over.is_open) == (JobState.FAILED, None, False)
    assert over.failure is not None
    assert (over.failure.code, str(DEADLY_AFTER) in over.failure.message) == ("job.deadly", True)
    assert store.take_jobs(ALL, limit=5, alone=True).jobs == ()
    again = store.go_on_with_job(deadly, clock())
    assert (again.state, again.deaths) == (JobState.QUEUED, SUSPECT_AFTER), "it is tried again, alone from the first"


def test_one_that_somebody_asked_to_stop_does_not_come_back(store: SqlStore, opener: Opener, clock: Clock) -> None:
    (asked,) = add(store, job())
    assert opener("dead@elsewhere:1:1").take_jobs(ALL, limit=1).jobs
    assert store.stop_job(asked).stopping
    clock.forward(LEASE.total_seconds())
    (over,) = store.recover_jobs()
    assert (over.id, over.state, over.stopping) == (asked, JobState.STOPPED, False)


def test_what_is_handed_back_or_our_own_did_not_die(store: SqlStore, opener: Opener, clock: Clock) -> None:
    (back,) = add(store, job())
    assert store.take_jobs(ALL, limit=1).jobs
    assert store.put_back_job(back, START + timedelta(seconds=5)).due_at == START + timedelta(seconds=5)
    assert store.take_jobs(ALL, limit=1).jobs
    clock.forward(LEASE.total_seconds())
    assert store.recover_jobs() == []
    assert store.job(back).state is JobState.RUNNING, "our lease ran out, but we are still there"
    assert [each.id for each in store.take_jobs(ALL, limit=1).jobs] == [back]
    assert store.job(back).deaths == 0

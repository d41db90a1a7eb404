"""Claims: who computes what, alone, together, after a death."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from packshot.errors import RecordError, StoreError
from packshot.result import Failure, RunState, Sameness, Verdict
from packshot.store import LEASE, SqlStore, owner_is_dead, process_owner
from tests.store.conftest import Opener
from tests.store.examples import FAILURE, START, Clock, picture, resolved_spec, result_of


def finish(store: SqlStore, run_id: str, seed: int = 1) -> None:
    store.finish(run_id, picture(seed), result_of(picture(seed)))


def test_a_run_from_claim_to_picture(store: SqlStore) -> None:
    begun = store.begin(resolved_spec(1))
    assert begun.outcome == "claimed"
    assert (begun.run.state, begun.run.attempts, begun.run.spec_hash) == (RunState.RUNNING, 1, resolved_spec(1).hash)
    pixels = picture(1)
    run = store.finish(begun.run.id, pixels, result_of(pixels))
    assert run.state is RunState.SUCCEEDED
    assert run.result == result_of(pixels)
    assert run.resolved == resolved_spec(1)
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.created_at > START
    assert (store.pictures.get(run.result.picture_digest) == pixels).all()
    assert store.run(run.id) == run


def test_done_work_is_not_computed_again_unless_asked(store: SqlStore) -> None:
    first = store.begin(resolved_spec(1)).run
    finish(store, first.id)
    again = store.begin(resolved_spec(1, threads=4))
    assert (again.outcome, again.run.id) == ("done", first.id)
    fresh = store.begin(resolved_spec(1), fresh=True)
    assert fresh.outcome == "claimed"
    assert fresh.run.id != first.id
    finish(store, fresh.run.id, seed=2)
    done = store.done(resolved_spec(1).hash)
    assert done is not None
    assert done.id == fresh.run.id
    assert store.run(first.id).state is RunState.SUCCEEDED


def test_a_run_that_goes_on_otherwise_says_so(opener: Opener) -> None:
    one, two = opener("one"), opener("two")
    mine = one.begin(resolved_spec(1)).run
    fewer = resolved_spec(1).with_execution(slots=4, rows=8)
    assert one.restate(mine.id, fewer).resolved == fewer
    with pytest.raises(StoreError):
        one.restate(mine.id, resolved_spec(2))
    with pytest.raises(StoreError):
        two.restate(mine.id, resolved_spec(1))
    finish(one, mine.id)
    assert one.run(mine.id).resolved == fewer
    with pytest.raises(StoreError):
        one.restate(mine.id, resolved_spec(1))


def test_another_owner_finds_it_busy_until_the_lease_runs_out(opener: Opener, clock: Clock) -> None:
    one, two = opener("one"), opener("two")
    mine = one.begin(resolved_spec(1)).run
    clock.forward(LEASE.total_seconds() - 5)
    one.heartbeat(mine.id)
    clock.forward(10)
    assert two.begin(resolved_spec(1)).outcome == "busy"
    clock.forward(LEASE.total_seconds())
    taken = two.begin(resolved_spec(1, threads=2))
    assert (taken.outcome, taken.run.id, taken.run.attempts) == ("claimed", mine.id, 2)
    assert taken.run.resolved.execution.threads == 2
    for late in (one.heartbeat, lambda run_id: finish(one, run_id), lambda run_id: one.fail(run_id, FAILURE)):
        with pytest.raises(StoreError, match="no longer ours"):
            late(mine.id)
    assert one.release(mine.id).state is RunState.RUNNING
    finish(two, mine.id)


def test_the_same_owner_goes_on_with_its_own_row(store: SqlStore) -> None:
    first = store.begin(resolved_spec(1)).run
    again = store.begin(resolved_spec(1))
    assert (again.outcome, again.run.id, again.run.attempts) == ("claimed", first.id, 2)


def test_released_work_waits_for_anyone(opener: Opener) -> None:
    one, two = opener("one"), opener("two")
    mine = one.begin(resolved_spec(1)).run
    released = one.release(mine.id)
    assert (released.state, released.started_at) == (RunState.QUEUED, None)
    taken = two.begin(resolved_spec(1))
    assert (taken.outcome, taken.run.id) == ("claimed", mine.id)


def test_failed_and_cancelled_rows_are_not_used_again(store: SqlStore) -> None:
    failed = store.begin(resolved_spec(1)).run
    kept = store.fail(failed.id, Failure(code="picture.nan", message="not a picture"))
    assert kept.state is RunState.FAILED
    assert kept.failure is not None
    assert kept.failure.code == "picture.nan"
    second = store.begin(resolved_spec(1)).run
    assert store.cancel(second.id).state is RunState.CANCELLED
    third = store.begin(resolved_spec(1)).run
    assert len({failed.id, second.id, third.id}) == 3
    with pytest.raises(StoreError):
        store.cancel(failed.id)
    assert store.run(failed.id) == kept


def test_nobody_cancels_what_another_computes(opener: Opener) -> None:
    mine = opener("one").begin(resolved_spec(1)).run
    with pytest.raises(StoreError, match="no longer ours"):
        opener("two").cancel(mine.id)


def test_a_replay_is_its_own_run_and_never_done(store: SqlStore) -> None:
    first = store.begin(resolved_spec(1)).run
    finish(store, first.id)
    replay = store.begin(resolved_spec(1), replay_of=first.id)
    assert replay.outcome == "claimed"
    assert replay.run.replay_of == first.id
    finish(store, replay.run.id)
    verdict = Verdict(sameness=Sameness.IDENTICAL, expected_digest="a", got_digest="a")
    assert store.set_verdict(replay.run.id, verdict).verdict == verdict
    assert [run.id for run in store.replays_of(first.id)] == [replay.run.id]
    assert store.begin(resolved_spec(1)).run.id == first.id
    assert store.begin(resolved_spec(1), replay_of=first.id).run.id not in (first.id, replay.run.id)


def test_a_replay_does_not_stand_in_for_the_work(store: SqlStore) -> None:
    replay = store.begin(resolved_spec(1), replay_of="some file.png").run
    finish(store, replay.id)
    assert store.done(resolved_spec(1).hash) is None
    assert store.begin(resolved_spec(1)).outcome == "claimed"


def test_a_stopped_replay_is_taken_over_by_the_next_of_the_same(store: SqlStore) -> None:
    stopped = store.begin(resolved_spec(1), replay_of="a.png").run
    store.release(stopped.id)
    assert store.begin(resolved_spec(1), replay_of="b.png").run.id != stopped.id
    assert store.begin(resolved_spec(1), replay_of="a.png").run.id == stopped.id


def test_a_result_must_describe_its_picture(store: SqlStore) -> None:
    run = store.begin(resolved_spec(1)).run
    with pytest.raises(StoreError, match="does not describe"):
        store.finish(run.id, picture(1), result_of(picture(2)))
    assert store.run(run.id).state is RunState.RUNNING
    assert not store.pictures.has(result_of(picture(1)).picture_digest)


def test_a_run_is_finished_once(store: SqlStore) -> None:
    run = store.begin(resolved_spec(1)).run
    finish(store, run.id)
    with pytest.raises(StoreError):
        finish(store, run.id)
    with pytest.raises(RecordError):
        store.heartbeat("0" * 26)


def test_a_killed_owner_of_this_host_is_not_waited_for(opener: Opener) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    import psutil

    owner = f"{socket.gethostname()}:{child.pid}:{psutil.Process(child.pid).create_time():.2f}"
    mine = opener(owner).begin(resolved_spec(1)).run
    assert opener("next").begin(resolved_spec(1)).outcome == "busy"
    child.kill()
    assert opener("next").begin(resolved_spec(1)).run.id == mine.id  # not reaped yet: a zombie is dead
    assert child.wait() != 0
    assert owner_is_dead(owner)


def test_owners_are_read_with_care() -> None:
    mine = process_owner()
    assert not owner_is_dead(mine)
    host, pid, start = mine.rsplit(":", 2)
    assert (host, pid) == (socket.gethostname(), str(os.getpid()))
    assert owner_is_dead(f"{host}:{pid}:{float(start) - 100}")
    assert not owner_is_dead(f"elsewhere:{pid}:{float(start) - 100}")
    assert not owner_is_dead("here")
    assert not owner_is_dead(f"{host}:x:y")

"""Several services on one workspace, as several processes have them; killed, stopped, kept waiting."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest

from packshot.engine import Event, FakeEngine, fake_picture
from packshot.errors import StoreError
from packshot.experiment import Plan
from packshot.result import JobState, Once, Priority, RunState, picture_digest
from packshot.service import Service
from packshot.workflow import flight
from tests.service.conftest import HeldEngine, finished, wait_for
from tests.service.test_service import PLAN, spec


def test_what_one_asks_another_makes(open_service: Callable) -> None:
    with open_service(works=False) as asking, open_service() as working:
        job = asking.make([spec(1), spec(2)])
        over = asking.over(job.id)
        assert over is not None
        over.result(60)
        view = asking.look(job.id)
        assert (view.job.state, [each.state for each in view.pictures]) == (JobState.DONE, ["done", "done"])
        assert not asking.is_here(job.id)
        assert working.look(job.id).job == view.job


def test_where_a_job_stands_is_told_by_who_is_not_at_it(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(works=False) as asking:
        jobs = [asking.make([spec(seed)]) for seed in (1, 2)]
        assert [asking.look(job.id).ahead for job in jobs] == [0, 1]
        assert [each.state for each in asking.look(jobs[0].id).pictures] == ["waiting"]
        with open_service(engine):
            wait_for(lambda: asking.look(jobs[0].id).pictures[0].run_id)
            assert asking.look(jobs[0].id).pictures[0].state == "denoising"


def test_an_experiment_elsewhere_is_counted(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(works=False) as asking, open_service(engine):
        job = asking.experiment(PLAN)

        seen: set[tuple[int, int]] = set()

        def is_over() -> bool:
            engine.allow(1)
            view = asking.look(job.id)
            seen.update([(view.progress.done, view.progress.total)] if view.progress is not None else [])
            return not view.job.is_open

        wait_for(is_over)
        assert asking.look(job.id).job.state is JobState.DONE
        assert seen & {(1, 3), (2, 3)}, "it was told how many are done before it was over"


def test_a_job_is_stopped_from_another_process(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(works=False) as asking, open_service(engine) as working:
        job, waiting = asking.make([spec(1)]), asking.experiment(PLAN)
        wait_for(lambda: working.is_here(job.id) and working.look(job.id).pictures[0].run_id)
        asking.stop(job.id)
        asking.stop(waiting.id)
        wait_for(lambda: _is_told(working, job.id) and _is_told(working, waiting.id))
        engine.let_go()
        assert finished(asking, job).job.state is JobState.STOPPED
        assert finished(asking, waiting).job.state is JobState.STOPPED
        assert finished(asking, asking.go_on(job.id)).job.state is JobState.DONE


def _is_told(service: Service, job_id: str) -> bool:
    """Whether the job's caller was stopped, or never was here."""
    worker = service._at_work.find(job_id)
    return worker is None or worker.caller._stopped


def test_a_job_that_another_finished_is_told_as_it_is_now(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as first:
        job = first.make([spec(1)])
        wait_for(lambda: first.look(job.id).pictures[0].run_id)
        first.stop(job.id)
        engine.allow(5)
        assert finished(first, job).job.state is JobState.STOPPED
        first.drain()
        with open_service() as second:
            assert finished(second, second.go_on(job.id)).job.state is JobState.DONE
        assert [each.state for each in first.look(job.id).pictures] == ["done"]


def test_draining_finishes_what_runs_and_leaves_what_waits(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        lane = service._dispatcher._lanes[0]
        jobs = [service.make([spec(seed)]) for seed in range(lane.at_once + 3)]
        wait_for(lambda: len(service._at_work.ids) == lane.at_once)
        waiting = [service.over(job.id) for job in jobs]
        service.drain()
        assert [future is not None and future.done() for future in waiting] == [False] * lane.at_once + [True] * 3
        assert service.over(jobs[-1].id) is None
        engine.let_go()
        for future in waiting[: lane.at_once]:
            assert future is not None
            future.result(60)
        states = [service.look(job.id).job.state for job in jobs]
        assert states == [JobState.DONE] * lane.at_once + [JobState.QUEUED] * 3


def test_a_store_that_is_away_for_a_while_costs_no_job(open_service: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    real, away = flight.Flight._keep, [True, True]

    def keep(self: Any, *given: Any) -> Any:
        if away:
            away.pop()
            raise StoreError("store.failed", "the database went away")
        return real(self, *given)

    monkeypatch.setattr(flight.Flight, "_keep", keep)
    with open_service() as service:
        job = service.make([spec(1)])
        service._workers._clock = lambda: time.perf_counter() * 20  # so that its pauses are short
        view = finished(service, job)
        assert (view.job.state, [each.state for each in view.pictures]) == (JobState.DONE, ["done"])
        assert not away


def test_one_that_stays_away_fails_the_job_in_the_end(open_service: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(*_given: Any) -> Any:
        raise StoreError("store.failed", "the database went away")

    monkeypatch.setattr(flight.Flight, "_keep", keep)
    with open_service() as service:
        service._workers._clock = lambda: time.perf_counter() * 1000
        once = Once("shop", "1", "a" * 64)
        job = service.make([spec(1)], once=once)
        failure = finished(service, job).job.failure
        assert failure is not None
        assert failure.code == "store.failed"
        monkeypatch.undo()
        assert service.make([spec(1)], once=once).id == job.id, "the same request again is another try"
        assert finished(service, job).job.state is JobState.DONE


def test_jobs_of_several_people_share_a_call(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine, slots=2) as service:
        jobs = [service.make([spec(seed)]) for seed in (1, 2)]
        engine.let_go()
        runs = [service.bench.store.run(finished(service, job).job.run_ids[0] or "") for job in jobs]
        assert {(run.resolved.execution.slots, run.resolved.execution.rows) for run in runs} == {(2, 4)}


def test_batch_jobs_come_after_interactive_ones(open_service: Callable) -> None:
    with open_service(works=False) as asking:
        later = asking.make([spec(1)], priority=Priority.BATCH)
        soon = asking.make([spec(2)])
        assert [asking.look(job.id).ahead for job in (soon, later)] == [0, 1]


LONG = PLAN.model_dump(mode="json", by_alias=True, exclude_none=True) | {"vary": {"steps": [5, 6, 7, 8, 9, 10]}}


def test_killed_at_any_moment_everything_is_done_once(open_service: Callable) -> None:
    """A dozen processes die with SIGKILL at work; the next ones go on at once, and nothing is lost."""
    rng, kills, count = random.Random(8), 12, 50
    with open_service(works=False) as asking:
        jobs = [asking.make([spec(seed)]) for seed in range(count)]
        experiment = asking.experiment(Plan.model_validate(LONG))
        workspace = asking.bench.settings.workspace
    fork = multiprocessing.get_context("fork")
    for _ in range(kills):
        child = fork.Process(target=_work, args=(open_service,))
        child.start()
        time.sleep(rng.uniform(0.05, 0.35))
        child.kill()
        child.join(60)
    assert workspace.is_dir()
    with open_service() as service:
        left = service.count_open()
        assert 0 < left <= count + 1, "all was done before, so nothing was tested"
        assert {finished(service, job).job.state for job in [*jobs, experiment]} == {JobState.DONE}
        store = service.bench.store
        runs = store.runs(limit=1000)
        assert {run.state for run in runs} == {RunState.SUCCEEDED}
        by_spec = sorted(run.spec_hash for run in runs)
        assert [len(list(same)) for _, same in groupby(by_spec)] == [1] * (count + 7), "something was made twice"
        for run in runs:
            assert run.result is not None
            assert run.result.picture_digest == picture_digest(fake_picture(run.resolved))
        assert store.verify().findings == ()


def _work(open_service: Callable) -> None:
    """In a process of its own, until it is killed: steps take a moment, so that it dies in the middle of them."""

    class Slow(FakeEngine):
        def step(self) -> list[Event]:
            time.sleep(0.002)
            return super().step()

    with open_service(Slow()) as service:
        assert isinstance(service, Service)
        time.sleep(60)

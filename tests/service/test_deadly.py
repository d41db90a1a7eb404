"""Jobs that take their process with them: found out, given up, and nobody else loses anything by it."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.experiment import Plan
from packshot.result import DEADLY_AFTER, SUSPECT_AFTER, JobState, RunState
from packshot.settings import Settings
from tests.service import deadly_worker
from tests.service.conftest import HeldEngine, die_at, finished, wait_for
from tests.service.deadly_worker import DEADLY_STEPS
from tests.service.test_service import PLAN, spec


def work_until_empty(settings: Settings, tiny: Path) -> int:
    """Processes one after the other, each started when the one before it died; how many died.

    Forked from a process without threads: what draws a report's charts does not outlive a fork of this one.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.service.deadly_worker"])
    for number in range(3 * DEADLY_AFTER):
        child = context.Process(target=deadly_worker.work, args=(settings, tiny))
        child.start()
        child.join(120)
        if child.exitcode == 0:
            return number
        died = child.exitcode
        child.kill()
        assert died == -signal.SIGKILL
    raise AssertionError("they died again and again")


def test_a_deadly_picture_is_given_up_and_its_neighbours_are_made(
    open_service: Callable, settings: Settings, tiny_sd: Path
) -> None:
    with open_service(works=False) as asking:
        before = [asking.make([spec(seed)]) for seed in (1, 2)]
        deadly = asking.make([spec(3).model_copy(update={"steps": DEADLY_STEPS})])
        after = [asking.make([spec(seed)]) for seed in (4, 5)]
    assert work_until_empty(settings, tiny_sd) == DEADLY_AFTER
    with open_service(works=False) as asking:
        assert [asking.look(job.id).job.state for job in (*before, *after)] == [JobState.DONE] * 4
        view = asking.look(deadly.id)
        assert view.job.state is JobState.FAILED
        assert view.job.failure is not None
        assert (view.job.failure.code, view.job.deaths) == ("job.deadly", DEADLY_AFTER)
        assert [each.state for each in view.pictures] == ["stopped"], "nobody is at it any more"
        runs = asking.bench.store.runs(limit=10)
        assert [run.state for run in runs].count(RunState.SUCCEEDED) == 4
        assert {run.state for run in runs} == {RunState.SUCCEEDED, RunState.CANCELLED}
        again = asking.go_on(deadly.id)
        assert (again.state, again.is_suspect) == (JobState.QUEUED, True)


def test_a_sweep_with_a_deadly_cell_goes_on_without_it(
    open_service: Callable, settings: Settings, tiny_sd: Path
) -> None:
    whole = PLAN.model_dump(mode="json", by_alias=True, exclude_none=True) | {"vary": {"steps": [7, DEADLY_STEPS, 9]}}
    with open_service(works=False) as asking:
        sweep, picture = asking.experiment(Plan.model_validate(whole)), asking.make([spec(1)])
    assert work_until_empty(settings, tiny_sd) >= DEADLY_AFTER
    with open_service(works=False) as asking:
        assert asking.look(picture.id).job.state is JobState.DONE
        failed = asking.look(sweep.id).job
        assert failed.failure is not None
        assert failed.failure.code == "job.deadly"
        assert asking.bench.store.runs(state=RunState.RUNNING) == []
        asking.go_on(sweep.id)
    assert work_until_empty(settings, tiny_sd) == 0
    with open_service(works=False) as asking:
        assert asking.look(sweep.id).job.state is JobState.DONE
        cells = asking.bench.store.cells(failed.experiment or "")
        codes = [run.failure.code for _cell, run in cells if run is not None and run.failure is not None]
        assert (len(cells), codes) == (4, ["job.deadly"])


def test_a_suspect_is_at_work_alone_and_sweeps_give_way_to_it(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(works=False) as asking:
        doubtful = asking.make([spec(1)])
        die_at(asking, doubtful, SUSPECT_AFTER)
        with open_service(engine) as working:
            wait_for(lambda: working.is_here(doubtful.id))
            later, sweep = asking.make([spec(2)]), asking.experiment(PLAN)
            engine.allow(2)
            wait_for(lambda: (asking.look(doubtful.id).job.run_ids or (None,))[0])
            working._dispatcher._look()
            assert not working.is_here(later.id)
            assert not working.is_here(sweep.id)
            engine.let_go()
            assert {finished(asking, job).job.state for job in (doubtful, later, sweep)} == {JobState.DONE}


def test_room_is_made_for_a_suspect(open_service: Callable) -> None:
    """A sweep of hours does not keep it waiting; it goes back, and on when that is over."""
    engine = HeldEngine()
    with open_service(works=False) as asking, open_service(engine) as working:
        sweep = asking.experiment(PLAN)
        wait_for(lambda: working.is_here(sweep.id))
        working.drain()
        doubtful = asking.make([spec(1)])
        die_at(asking, doubtful, SUSPECT_AFTER)
        working._dispatcher._takes = True
        put_back: list[str] = []
        really = working._workers.put_back
        working._dispatcher._put_back = lambda job_id: (put_back.append(job_id), really(job_id))  # type: ignore[assignment]
        wait_for(lambda: put_back)
        engine.let_go()
        assert finished(asking, doubtful).job.state is JobState.DONE
        assert finished(asking, sweep).job.state is JobState.DONE
        assert set(put_back) == {sweep.id}
        assert asking.look(sweep.id).job.finished_at > asking.look(doubtful.id).job.finished_at  # type: ignore[operator]


@pytest.mark.parametrize("deaths", [1, SUSPECT_AFTER])
def test_whoever_made_a_picture_is_no_longer_suspected(open_service: Callable, deaths: int) -> None:
    engine = HeldEngine()
    with open_service(works=False) as asking:
        job = asking.make([spec(1), spec(2)])
        die_at(asking, job, deaths)
        assert asking.look(job.id).job.deaths == deaths
        with open_service(engine) as working:
            engine.allow(8)
            wait_for(lambda: asking.look(job.id).job.deaths == 0)
            assert asking.look(job.id).job.is_open
            later = asking.make([spec(3)])
            wait_for(lambda: working.is_here(later.id), "others are begun beside it")
            engine.let_go()
            assert finished(asking, job).job.state is JobState.DONE

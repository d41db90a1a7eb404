"""Shards of an experiment, in this process and in jobs: the pictures of a run here, none lost, none made twice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from packshot import wiring
from packshot.engine import FakeEngine
from packshot.errors import ClusterError, EngineError, Interrupted, UsageError
from packshot.experiment import Plan, cells, find_plan, read_plan
from packshot.resolve import denoiser_calls, group_of
from packshot.result import RunState
from packshot.settings import Settings
from packshot.workflow import Place, Workbench, read_job_options, read_place, run_experiment
from packshot.workflow.portions import Asked, Portion, Preparation
from packshot.workflow.shard_job import ShardJob
from packshot.workflow.shards import Shard, cut, part_of, run_shard
from packshot.workflow.submitting import JobOptions, SubmititJobs
from tests.engine.ray_clusters import ROOT
from tests.workflow.dying import open_dying
from tests.workflow.test_sweep import MIXED, Watching


@pytest.fixture
def plan() -> Plan:
    return read_plan(MIXED, "mixed.yaml")


def whole(bench: Workbench, plan: Plan) -> Portion:
    planned = cells(plan, model=None, source=None)
    return Preparation(bench, plan, planned, Asked(slots=4)).portion(range(len(planned)))


def digests(bench: Workbench, name: str) -> dict[str, str]:
    found = bench.store.cells(name, limit=10_000)
    return {cell.name: run.result.picture_digest for cell, run in found if run is not None and run.result is not None}


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_shards_hold_every_run_once_and_like_beside_like(bench: Workbench, plan: Plan, count: int) -> None:
    portion = whole(bench, plan)
    parts = cut(portion, count)
    assert 0 < len(parts) <= count
    assert sorted(key for part in parts for key in part.to_do) == sorted(portion.to_do)
    assert sorted(cell.name for part in parts for cell in part.cells) == sorted(portion.hashes)
    assert all(part.to_do[key] == portion.to_do[key] for part in parts for key in part.to_do), "slots as they were"
    if count == 2:
        calls = [sum(denoiser_calls(order) for order in part.to_do.values()) for part in parts]
        assert max(calls) - min(calls) <= max(denoiser_calls(order) for order in portion.to_do.values())
        groups = [{group_of(order) for order in part.to_do.values()} for part in parts]
        assert len(groups[0] & groups[1]) <= 1


def test_a_shard_that_travelled_makes_its_cells_and_no_others(
    open_bench: Callable[..., Any], plan: Plan, tmp_path: Path
) -> None:
    with open_bench() as bench:
        expected = {name: run.result.picture_digest for name, run in run_experiment(bench, plan, slots=4).runs.items()}
        portion = whole(bench, plan)
        assert portion.to_do == {}
        everything = replace(portion, to_do=portion.orders, done={})
        first, second = (
            pickle.loads(pickle.dumps(Shard("mixed", tmp_path / "again", 7, part, fresh=True)))
            for part in cut(everything, 2)
        )
        made_before = bench.store.count_runs()
        assert run_shard(bench, first) == len(first.portion.to_do)
        assert bench.store.count_runs() == made_before + len(first.portion.to_do)
        assert {path.stem for path in (tmp_path / "again").glob("*.png")} == {c.name for c in first.portion.cells}
        assert run_shard(bench, second) == len(second.portion.to_do)
        assert digests(bench, "mixed") == expected


def test_a_job_that_is_put_back_goes_on_where_it_stood(
    open_bench: Callable[..., Any], plan: Plan, tmp_path: Path
) -> None:
    pytest.importorskip("submitit")
    with open_bench() as bench:
        run_experiment(bench, plan, slots=1)
        portion = whole(bench, plan)
        shard = Shard("mixed", tmp_path / "out", 7, replace(portion, to_do=portion.orders, done={}), fresh=True)
        before = bench.store.count_runs()

        class Stopped(FakeEngine):
            def step(self) -> list[Any]:
                if self.made == 2:
                    raise KeyboardInterrupt
                return super().step()

        job = ShardJob(lambda: open_bench(Stopped()), shard)
        with pytest.raises(Interrupted):
            job()
        again = job.checkpoint()
        assert len(again.function._shard.portion.to_do) == len(portion.orders) - 2
        again.function._open_bench = open_bench
        assert again.result() == len(portion.orders) - 2
        assert bench.store.count_runs() == before + len(portion.orders), "none twice"
        assert bench.store.count_runs(state=RunState.RUNNING) == 0


def test_an_engine_that_spreads_says_how_much_it_takes(open_bench: Callable[..., Any], plan: Plan) -> None:
    class Spread(Watching):
        def capacity(self, order: Any) -> int:
            return 6

    engine = Spread()
    with open_bench(engine) as bench:
        assert not run_experiment(bench, plan, slots=1).failed
    assert engine.most == 6


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (None, Place("here")),
        ("here", Place("here")),
        ("ray", Place("ray")),
        ("ray://head:6379", Place("ray", "head:6379")),
        ("ray://head:6379/", Place("ray", "head:6379")),
        ("slurm", Place("slurm")),
        ("slurm:local", Place("slurm", "local")),
    ],
)
def test_places_by_name(text: str | None, place: Place) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize("text", ["", "Ray", "ray://", "ray://a b", "slurm:remote", "http://head", "k8s"])
def test_no_such_place(text: str) -> None:
    with pytest.raises(UsageError) as error:
        read_place(text)
    assert error.value.code == "settings.invalid"


def test_options_of_jobs() -> None:
    read = read_job_options(
        ["jobs=8", "wait=no", "partition=gpu", "timeout_min=90", "mem_gb=32", "setup=module load cuda", "setup=date"]
    )
    assert read == JobOptions(
        8, False, {"partition": "gpu", "timeout_min": 90, "mem_gb": 32.0, "setup": ["module load cuda", "date"]}
    )
    assert read_job_options([]) == JobOptions()
    assert read_job_options(['additional_parameters={"nice": 10}']).parameters == {
        "additional_parameters": {"nice": 10}
    }


@pytest.mark.parametrize(
    "text", ["jobs", "jobs=", "jobs=0", "jobs=many", "wait=2", "=3", "a b=3", "time=01:00:00", "mem_gb=all", "x={oops"]
)
def test_options_that_are_none(text: str) -> None:
    with pytest.raises(ClusterError) as error:
        read_job_options([text])
    assert error.value.code == "cluster.option"


@pytest.fixture
def there(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A workbench whose jobs find packages and tests, and read no text."""
    pytest.importorskip("submitit")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]))
    with wiring.open_workbench(replace(settings, read_text=False), engine="fake") as bench:
        yield bench


def test_an_option_that_submitit_does_not_know_is_refused_before_anything_runs(there: Workbench) -> None:
    with pytest.raises(ClusterError) as error, wiring.at(Place("slurm", "local"), there, ["colour=red"], engine="fake"):
        pass
    assert error.value.code == "cluster.option"
    assert "colour" in str(error.value.got)
    with pytest.raises(UsageError), wiring.at(Place("here"), there, ["jobs=2"], engine="fake"):
        pass


def test_without_slurm_it_is_said(there: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ClusterError) as error, wiring.at(Place("slurm"), there, engine="fake"):
        pass
    assert error.value.code == "cluster.unreachable"
    assert "slurm:local" in str(error.value.hint)


@pytest.mark.slow
def test_jobs_make_what_a_run_here_makes(
    there: Workbench, open_bench: Callable[..., Any], settings: Settings, tmp_path: Path
) -> None:
    plan = find_plan("lab", there.plans)
    with wiring.at(Place("slurm", "local"), there, ["jobs=2"], engine="fake") as at:
        seen: list[Any] = []
        done = run_experiment(at.bench, plan, slots=2, elsewhere=at.elsewhere, on_progress=seen.append)
    assert done.failed == {}
    assert done.made == there.store.count_runs() == len({run.spec_hash for run in done.runs.values()})
    assert "2 jobs submitted" in seen[0].note
    assert (seen[-1].done, seen[-1].running) == (len(done.runs), 0)
    assert done.report.html.is_file()
    assert all(path.is_file() for path in done.pictures.values())
    elsewhere = replace(settings, workspace=tmp_path / "other", output=tmp_path / "here", read_text=False)
    with wiring.open_workbench(elsewhere, engine="fake") as here:
        run_experiment(here, plan, slots=2)
        assert digests(here, "lab") == digests(there, "lab")
    with wiring.at(Place("slurm", "local"), there, ["jobs=2"], engine="fake") as at:
        again = run_experiment(at.bench, plan, slots=2, elsewhere=at.elsewhere)
    assert (again.made, there.store.count_runs()) == (0, done.made), "nothing is left to submit"


@pytest.mark.parametrize(("shown_at", "lost"), [(2, False), (99, True)])
def test_a_result_that_a_file_system_shows_late_is_waited_for(there: Workbench, shown_at: int, lost: bool) -> None:
    from submitit import LocalJob
    from submitit.core.utils import cloudpickle_dump

    looks: list[tuple[int, int]] = []
    jobs = SubmititJobs(
        partial(wiring.open_workbench, there.settings),
        there.settings,
        "local",
        JobOptions(),
        sleep=lambda _seconds: (
            cloudpickle_dump(("success", 3), job.paths.result_pickle) if len(looks) == shown_at else None
        ),
    )
    job: LocalJob[int] = LocalJob(there.settings.workspace / "jobs" / "%j", "1", process=None)
    job.paths.folder.mkdir(parents=True)
    jobs._jobs, jobs._patience = [job], 4  # as on Slurm
    found = jobs.wait(lambda going, made, _note: looks.append((going, made)))
    if lost:
        assert found is not None
        assert "no result" in found.why
        assert looks == [(1, 0)] * 4 + [(0, 0)]
    else:
        assert found is None
        assert looks == [(1, 0), (1, 0), (0, 3)]


@pytest.mark.slow
def test_a_job_that_died_is_made_up_for_by_the_next_call(there: Workbench, tmp_path: Path) -> None:
    plan = find_plan("lab", there.plans)
    open_there = partial(open_dying, there.settings, tmp_path / "died")

    def jobs() -> SubmititJobs:
        return SubmititJobs(open_there, there.settings, "local", JobOptions(jobs=2))

    with pytest.raises(EngineError) as error:
        run_experiment(there, plan, slots=1, elsewhere=jobs())
    assert "have no run" in error.value.message
    assert Path(str(error.value.hint).split(" are in ")[1].split(";")[0]).is_dir()
    done = run_experiment(there, plan, slots=1, elsewhere=jobs())
    assert done.failed == {}
    runs = set(digests(there, "lab").values())  # two cells share one
    assert there.store.count_runs() == there.store.count_runs(state=RunState.SUCCEEDED) == len(runs)


@pytest.mark.slow
def test_ctrl_c_cancels_the_jobs_and_the_next_call_goes_on(there: Workbench) -> None:
    plan = find_plan("lab", there.plans)

    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    open_there = partial(wiring.open_workbench, there.settings, engine="fake", create=False)
    jobs = SubmititJobs(open_there, there.settings, "local", JobOptions(jobs=2), sleep=pressed)
    with pytest.raises(Interrupted):
        run_experiment(there, plan, slots=1, elsewhere=jobs)
    assert run_experiment(there, plan, slots=1).failed == {}
    assert there.store.count_runs(state=RunState.RUNNING) == 0
    assert part_of(whole(there, plan), []).cells == ()

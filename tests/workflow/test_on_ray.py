"""Whole experiments on a Ray cluster: the digests of a run here, one store, no run lost or made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packshot import wiring
from packshot.engine.ray_engine import RayEngine
from packshot.experiment import find_plan, read_plan, replicated
from packshot.result import RunState
from packshot.settings import Settings
from packshot.workflow import Place, run_experiment
from tests.engine.ray_clusters import SLOW, ray_environment, two_nodes  # noqa: F401  (a fixture)
from tests.workflow.test_sweep import MIXED

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("ray_environment")]


def made(done: Any) -> dict[str, str]:
    return {cell: run.result.picture_digest for cell, run in done.runs.items()}


def test_a_process_killed_in_the_middle_costs_no_run(open_bench: Callable[..., Any]) -> None:
    with open_bench() as bench:
        plan = replicated(find_plan("lab", bench.plans), 2)
        expected = made(run_experiment(bench, plan, slots=2))
        before = bench.store.count_runs()
    with two_nodes() as cluster:
        engine = RayEngine(SLOW, cluster.address, gpu=False, cores=1)
        killed: list[int] = []

        def on_progress(progress: Any) -> None:
            if not killed and progress.done >= 5:
                killed.append(engine.at[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        try:
            with open_bench(engine) as bench:
                done = run_experiment(bench, plan, slots=2, fresh=True, on_progress=on_progress)
                assert killed
                assert made(done) == expected
                assert bench.store.count_runs() == 2 * before
                assert bench.store.count_runs(state=RunState.SUCCEEDED) == 2 * before
                assert bench.store.verify().clean
        finally:
            engine.close()


def test_a_tiny_model_makes_the_same_pictures_there(settings: Settings, tiny_sd: Path, tmp_path: Path) -> None:
    plan = read_plan(MIXED, "mixed.yaml")
    settings = replace(settings, read_text=False, memory_bytes=None)
    other = replace(settings, workspace=tmp_path / "other", output=tmp_path / "there")
    with wiring.open_workbench(settings) as bench:
        expected = run_experiment(bench, plan, model=str(tiny_sd), slots=2)
    with (
        two_nodes((1, 1)) as cluster,
        wiring.open_workbench(other) as bench,
        wiring.at(Place("ray", cluster.address), bench) as at,
    ):
        done = run_experiment(at.bench, plan, model=str(tiny_sd), slots=2)
        assert len(at.bench.engine().at) == 2  # type: ignore[attr-defined]
    assert expected.failed == done.failed == {}
    assert made(done) == made(expected)
    for cell, run in done.runs.items():
        assert run.resolved == expected.runs[cell].resolved
        assert run.result is not None
        assert run.result.provenance.rows == run.resolved.execution.rows


def hears_ctrl_c() -> None:
    """What runs in the background of a shell is deaf to it, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_gives_claims_back_and_the_next_call_goes_on(tmp_path: Path) -> None:
    """A person at a terminal: the signal goes to all processes of the call."""
    command = [
        sys.executable,
        "-m",
        "packshot",
        "--threads",
        "1",
        "--engine",
        "fake",
        "--workspace",
        str(tmp_path / "ws"),
    ]
    call = [*command, "experiment", "run", "lab", "--seeds", "10", "--on", "ray"]
    environment = os.environ | {
        "PACKSHOT_READ_TEXT": "0",
        "PACKSHOT_OUTPUT": str(tmp_path / "out"),
        "PACKSHOT_DEVICE": "cpu",
    }
    first = subprocess.Popen(
        call,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=hears_ctrl_c,
    )
    assert first.stderr is not None
    said = ""
    for line in first.stderr:
        said += line
        if " made in " in line:
            os.killpg(first.pid, signal.SIGINT)
            break
    said += first.stderr.read()
    assert first.wait(120) == 130, said
    assert "stopped; everything finished so far is kept" in said
    settings = wiring.read(workspace=tmp_path / "ws", environ={"PACKSHOT_DEVICE": "cpu"})
    with wiring.open_workbench(settings, engine="fake") as bench:
        assert bench.store.count_runs(state=RunState.RUNNING) == 0
        assert bench.store.count_runs(state=RunState.SUCCEEDED) >= 1
        assert bench.store.count_runs(state=RunState.QUEUED) >= 1, "given back"
    again = subprocess.run(call, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert again.returncode == 0, again.stderr
    with wiring.open_workbench(settings, engine="fake") as bench:
        assert bench.store.count_runs() == bench.store.count_runs(state=RunState.SUCCEEDED)

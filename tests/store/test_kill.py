"""Killed at any moment, and several at once: nothing lost, nothing twice, nothing to repair."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from packshot.result import RunState, picture_digest
from tests.store.examples import picture, resolved_spec
from tests.store.worker import open_now, work

ROOT = Path(__file__).resolve().parents[2]


def start(workspace: Path, count: int, go: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.worker", str(workspace), str(count), str(go)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def lines(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=120)
    return output.split()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_moments(tmp_path: Path, workspace: Path, seed: int) -> None:
    kills, count, rng = 8, 400, random.Random(seed)
    go = tmp_path / "go"
    go.touch()
    for _ in range(kills):
        child = start(workspace, count, go)
        assert child.stdout is not None
        assert [child.stdout.readline(), child.stdout.readline()] == ["here\n", "ready\n"]
        time.sleep(rng.uniform(0.0, 0.4))
        child.kill()
        seen = [int(line) for line in lines(child)]
        with open_now(workspace) as store:
            assert store.verify().clean
            assert all(store.done(resolved_spec(number).hash) for number in seen)
    with open_now(workspace) as store:
        assert 0 < store.count_runs(state=RunState.SUCCEEDED) < count
        begun = time.monotonic()
        work(store, count)
        assert time.monotonic() - begun < 60, "the finishing process waited for a dead one's lease"
        runs = store.runs(limit=1000)
        assert store.verify().findings == ()
        assert store.count_runs() == count
        assert {run.state for run in runs} == {RunState.SUCCEEDED}
        assert sum(run.attempts for run in runs) <= count + kills
        for number in range(count):
            done = store.done(resolved_spec(number).hash)
            assert done is not None
            assert done.result is not None
            assert done.result.picture_digest == picture_digest(picture(number))


def test_two_processes_share_the_work(tmp_path: Path, workspace: Path) -> None:
    count, go = 60, tmp_path / "go"
    workers = [start(workspace, count, go) for _ in range(2)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "here\n"
    go.touch()
    made = [{int(line) for line in lines(worker)[1:]} for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert made[0] & made[1] == set()
    assert made[0] | made[1] == set(range(count))
    assert all(made), "one process did everything, so nothing was tested"
    with open_now(workspace) as store:
        assert store.verify().findings == ()
        assert {run.attempts for run in store.runs(limit=1000)} == {1}
        assert store.count_runs() == count

"""SIGKILL at random moments: finishing afterwards gives the same digests, no orphan rows, a clean workspace."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

LAB = ("experiment", "run", "lab", "--slots", "4")
"""With the slots named, what is made after a kill has the rows of what was made before, however little is left."""


def command(workspace: Path, outputs: Path, engine: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {"PACKSHOT_OUTPUT": str(outputs), "PACKSHOT_DEVICE": "cpu", "HF_HUB_OFFLINE": "1"}
    environment["PACKSHOT_READ_TEXT"] = "no"
    base = [sys.executable, "-m", "packshot", "--workspace", str(workspace), "--threads", "1", "--engine", engine]
    return [*base, *arguments], environment


def finish(workspace: Path, outputs: Path, engine: str, model: str) -> dict[str, Any]:
    call, environment = command(workspace, outputs, engine, *LAB, "--model", model, "--json")
    answer = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=600, check=True)
    return dict(json.loads(answer.stdout)["data"])


def killed_after(seconds: float, workspace: Path, outputs: Path, engine: str, model: str) -> bool:
    """Whether the process was still at work."""
    call, environment = command(workspace, outputs, engine, *LAB, "--model", model)
    process = subprocess.Popen(call, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    return alive


def digests(done: dict[str, Any]) -> dict[str, str]:
    return {name: cell["digest"] for name, cell in done["cells"].items()}


def scenario(tmp_path: Path, engine: str, model: str, kills: int) -> None:
    began = time.monotonic()
    undisturbed = finish(tmp_path / "calm", tmp_path / "calm-out", engine, model)
    whole_s = time.monotonic() - began
    moments = random.Random(20)
    workspace, outputs = tmp_path / "ws", tmp_path / "out"
    hits = 0
    while hits < kills:
        hit = killed_after(moments.uniform(0.15, 0.95) * whole_s, workspace, outputs, engine, model)
        hits += hit
        if not hit:  # it was done already: the first was slower than a later one is, and there is nothing left to kill
            workspace, outputs = workspace.with_name(f"{workspace.name}+"), outputs.with_name(f"{outputs.name}+")
            whole_s *= 0.7
    done = finish(workspace, outputs, engine, model)
    assert digests(done) == digests(undisturbed)
    assert len(digests(done)) == 11
    with sqlite3.connect(workspace / "packshot.db") as database:
        states = dict(database.execute("SELECT state, count(*) FROM run GROUP BY state").fetchall())
    assert states == {"succeeded": 10}, "no row is left waiting, running or doubled"
    call, environment = command(workspace, outputs, engine, "verify", "--json")
    verified = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert verified.returncode == 0, verified.stdout
    assert not list(outputs.rglob("*.tmp*"))


@pytest.mark.slow
def test_killed_with_the_fake_engine(tmp_path: Path, tiny_sd: Path) -> None:
    scenario(tmp_path, "fake", str(tiny_sd), kills=2)


@pytest.mark.slow
def test_killed_ten_times_with_a_real_model(tmp_path: Path, tiny_sd: Path) -> None:
    scenario(tmp_path, "local", str(tiny_sd), kills=10)


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, tiny_sd: Path) -> None:
    workspace, outputs = tmp_path / "ws", tmp_path / "out"
    call, environment = command(workspace, outputs, "local", *LAB, "--model", str(tiny_sd))
    process = subprocess.Popen(
        call,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell starts what runs in the background with Ctrl-C ignored, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    first = next(line for line in process.stderr if not line.startswith("note"))
    assert "made in" in first
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "finished so far is kept" in err
    assert "Traceback" not in err
    assert finish(workspace, outputs, "fake", str(tiny_sd))["made"] < 10

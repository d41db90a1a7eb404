"""A server that is killed again and again while two hundred requests wait: all done, none twice, the same pictures.

pytest -m slow tests/api/test_killed.py                       # the fake engine: fifty starts of a server
PACKSHOT_KILL_ENGINE=local pytest -m slow tests/api/test_killed.py   # studio-tiny: longer
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Final

import httpx
import pytest

from benchmarks.ports import answers, free_port
from packshot import wiring
from packshot.result import JobState, RunState
from tests.api.conftest import PATIENCE_S, wait_for

ENGINE: Final = os.environ.get("PACKSHOT_KILL_ENGINE", "fake")
SIDE: Final = 64 if ENGINE == "fake" else 128
REQUESTS, KILLS = 200, 50
WHOLE_S: Final = 3600.0


class Killed:
    """A server on a workspace, started again after every death."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environ = {"PACKSHOT_WORKSPACE": str(self.folder), "PACKSHOT_DEVICE": "cpu", "PACKSHOT_READ_TEXT": "no"}
        code = ["-c", "from packshot.cli.main import main; main()"]
        serve = ["--engine", ENGINE, "serve", "--port", str(port), "--slots", "2", "--per-minute", "0"]
        self._process = subprocess.Popen(
            [sys.executable, *code, *serve],
            env=os.environ | environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.is_there)

    def is_there(self) -> bool:
        return answers(f"{self.url}/readyz")

    def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        assert self._process is not None
        self._process.send_signal(sent)
        self._process.wait(PATIENCE_S)

    def ask(self, number: int) -> str | None:
        """The job's id, or None where the server was not there."""
        asked = {"prompt": "a red mug", "size": f"{SIDE}x{SIDE}", "seed": number, "num_inference_steps": 3}
        key = {"Idempotency-Key": f"request {number}"}
        try:
            answer = httpx.post(f"{self.url}/v1/packshot/jobs", json=asked, headers=key, timeout=30)
        except httpx.HTTPError:
            return None
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def count_open(self) -> int:
        return len(httpx.get(f"{self.url}/v1/packshot/jobs?open=true&limit=500", timeout=60).json()["data"])


def digests(folder: Path) -> dict[int, str]:
    """The picture of every seed. Everything is done, nothing twice, and nothing is broken."""
    settings = wiring.read(workspace=folder)
    with wiring.open_workbench(settings, engine="fake") as bench:
        jobs, runs = bench.store.jobs(limit=1000), bench.store.runs(limit=1000)
        assert {job.state for job in jobs} == {JobState.DONE}
        assert len(jobs) == REQUESTS, "a request became two jobs, or none"
        assert {run.state for run in runs} == {RunState.SUCCEEDED}
        assert len(runs) == REQUESTS, "a picture was made twice"
        assert bench.store.verify().findings == ()
        return {run.resolved.intent.seed: run.result.picture_digest for run in runs if run.result is not None}


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_killed_fifty_times_while_two_hundred_requests_wait(tmp_path: Path) -> None:
    rng = random.Random(50)
    killed, calm = Killed(tmp_path / "killed"), Killed(tmp_path / "calm")
    ids: dict[int, str] = {}
    killed.start()
    for kill in range(KILLS):
        until = time.monotonic() + rng.uniform(0.05, 5.0)
        due = REQUESTS * (kill + 1) // KILLS
        for number in count():
            wanted = [each for each in range(due) if each not in ids]
            if wanted:
                job = killed.ask(wanted[0])
                ids |= {} if job is None else {wanted[0]: job}
            again = rng.randrange(max(1, len(ids)))
            if number % 5 == 4 and again in ids:  # a client that heard nothing sends its request again
                assert killed.ask(again) == ids[again]
            if time.monotonic() > until and not wanted:
                break
        killed.kill()
        killed.start()
    assert len(ids) == len(set(ids.values())) == REQUESTS
    calm.start()
    for number in range(REQUESTS):
        assert calm.ask(number)
    for server in (killed, calm):
        deadline = time.monotonic() + WHOLE_S
        while server.count_open():
            assert time.monotonic() < deadline
            time.sleep(0.2)
        server.kill(signal.SIGTERM)
    assert digests(killed.folder) == digests(calm.folder)

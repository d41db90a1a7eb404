"""`packshot serve` as a process: started, used, ended by SIGTERM with what runs finished or left for the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from benchmarks.ports import answers, free_port
from packshot.api.limits import Limits
from packshot.result import JobState
from tests.api.conftest import PATIENCE_S, Opened, listening, opened, wait_for
from tests.service.conftest import HeldEngine


@contextmanager
def process(
    folder: Path, port: int, *more: str, engine: str = "fake", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    environ = {
        **os.environ,
        "PACKSHOT_WORKSPACE": str(folder / "ws"),
        "PACKSHOT_DEVICE": "cpu",
        "PACKSHOT_READ_TEXT": "no",
        **environment,
    }
    command = [sys.executable, "-c", "from packshot.cli.main import main; main()", "--engine", engine, "serve"]
    started = subprocess.Popen(
        [*command, "--port", str(port), *more], env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_for(lambda: started.poll() is not None or answers(f"http://127.0.0.1:{port}/readyz"))
        yield started
    finally:
        started.kill()
        started.wait(PATIENCE_S)


@pytest.mark.slow
def test_a_server_is_started_and_ended(tmp_path: Path) -> None:
    port = free_port()
    with process(tmp_path, port) as server:
        url = f"http://127.0.0.1:{port}"
        asked = {"prompt": "a red mug", "size": "64x64", "num_inference_steps": 2}
        answer = httpx.post(f"{url}/v1/images/generations", json=asked, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) == 0
        assert "/v1" in (server.stdout.read() if server.stdout else "")


def test_what_runs_is_finished_before_the_end(tmp_path: Path, tiny_sd: Path) -> None:
    engine = HeldEngine()
    with opened(tmp_path, tiny_sd, engine) as at:
        said: list[httpx.Response] = []
        with listening(at) as live:
            asking = threading.Thread(target=lambda: said.append(ask(live)))
            asking.start()
            wait_for(lambda: at.serving.service.jobs(open_only=True))
            at.serving.draining.set()
            refused = ask(live)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "service.closing")
            assert int(refused.headers["Retry-After"]) > 0
            assert httpx.get(f"{live.url}/readyz").status_code == 503
            assert httpx.get(f"{live.url}/healthz").status_code == 200
            engine.let_go()
        asking.join(PATIENCE_S)
        assert said[0].status_code == 200


def test_what_cannot_be_finished_is_left_for_the_next_start(tmp_path: Path, tiny_sd: Path) -> None:
    engine = HeldEngine()
    with opened(tmp_path, tiny_sd, engine, Limits(drain_s=0.2)) as at:
        said: list[httpx.Response] = []
        with listening(at) as live:
            asking = threading.Thread(target=lambda: said.append(ask(live, {"Idempotency-Key": "mine"})))
            asking.start()
            wait_for(lambda: at.serving.service.jobs(open_only=True))
            threading.Timer(0.5, engine.let_go).start()
        asking.join(PATIENCE_S)
        wait_for(lambda: at.serving.service.jobs()[0].owner is None)  # its thread may still be at giving it back
        (job,) = at.serving.service.jobs()
    with opened(tmp_path, tiny_sd) as again:
        if said[0].status_code != 200:  # whether the last steps were in time is the machine's choice
            assert said[0].json()["error"]["code"] == "service.closing"
            assert job.owner is None
            assert job.state in (JobState.QUEUED, JobState.DONE), "left, or done after its client had been told"
        with listening(again) as live:
            answer = ask(live, {"Idempotency-Key": "mine"})
        assert (answer.status_code, answer.json()["packshot"]["job"]) == (200, job.id)
        assert len(again.bench.store.runs()) == 1


def ask(live: Opened, headers: dict[str, str] | None = None) -> httpx.Response:
    asked = {"prompt": "a red mug", "size": "64x64", "num_inference_steps": 3}
    return httpx.post(f"{live.url}/v1/images/generations", json=asked, headers=headers, timeout=PATIENCE_S)


def test_ready_is_said_once_the_first_picture_is_as_quick_as_the_next(tmp_path: Path, tiny_sd: Path) -> None:
    engine = HeldEngine()
    with opened(tmp_path, tiny_sd, engine, warm_up=True) as at, listening(at) as live:
        assert httpx.get(f"{live.url}/healthz").json() == {"status": "ok"}
        cold = httpx.get(f"{live.url}/readyz")
        assert (cold.status_code, cold.json()["error"]["code"]) == (503, "service.warming")
        assert int(cold.headers["Retry-After"]) > 0
        asked = {"prompt": "a red mug", "size": "64x64", "num_inference_steps": 2}
        assert httpx.post(f"{live.url}/v1/packshot/jobs", json=asked).status_code == 202, "work is taken all the same"
        engine.let_go()
        wait_for(lambda: answers(f"{live.url}/readyz"))
        assert httpx.get(f"{live.url}/readyz").json() == {"status": "ready", "engine": "warm"}

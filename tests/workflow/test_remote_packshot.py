"""Another Packshot as the server: `packshot serve` in a process of its own, asked as any server is."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.ports import free_port
from packshot import wiring
from packshot.result import Run, RunState, Sameness
from packshot.settings import Settings
from packshot.spec import Spec
from packshot.workflow import make_picture, replay

pytestmark = [
    pytest.mark.slow,  # two processes that import everything
    pytest.mark.skipif(
        importlib.util.find_spec("packshot.api") is None or importlib.util.find_spec("fastapi") is None,
        reason="`packshot serve` needs the extra `api`",
    ),
]


@dataclass(frozen=True)
class Served:
    """Where it listens, and a token that may create."""

    reference: str
    token: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    environ = {name: text for name, text in os.environ.items() if name not in ("PACKSHOT_REMOTE_KEY", "OPENAI_API_KEY")}
    environ |= {"PACKSHOT_DEVICE": "cpu", "PACKSHOT_READ_TEXT": "no", "PACKSHOT_WARM_UP": "no"}
    command = [sys.executable, "-m", "packshot", "--engine", "fake", "--workspace", str(folder / "ws")]
    port = free_port()
    said = subprocess.run(
        [*command, "tokens", "add", "shop", "--role", "create"],
        env=environ,
        cwd=folder,
        capture_output=True,
        check=True,
    )
    token = next(word for word in said.stdout.decode().split() if re.fullmatch(r"[\w.-]{20,}", word))
    with subprocess.Popen([*command, "serve", "--port", str(port)], env=environ, cwd=folder) as process:
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", process)
            yield Served(f"openai+http://127.0.0.1:{port}/v1#studio-tiny", token)
        finally:
            process.terminate()
            process.wait(60)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 200
    while time.monotonic() < end:
        assert process.poll() is None
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """A workspace of another person."""
    return Settings(workspace=tmp_path / "ws", device="cpu", threads=1, offline=True, output=tmp_path / "outputs")


def made(settings: Settings, model: str, **fields: object) -> Run:
    usual = {"prompt": "a red mug", "model": model, "width": 128, "height": 64, "steps": 4, "guidance": 3.0}
    with wiring.open_workbench(settings) as bench:
        return make_picture(bench, Spec(**(usual | fields))).run  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def key(served: Served, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> None:
    monkeypatch.setenv("PACKSHOT_REMOTE_KEY", served.token)


def test_words_and_a_photo_make_pictures_there(served: Served, here: Settings, tmp_path: Path) -> None:
    run = made(here, served.reference, seed=5)
    assert run.state is RunState.SUCCEEDED, run.failure
    assert run.result is not None
    assert (run.result.width, run.result.height) == (128, 64)
    assert run.result.provenance.libraries["model on the server"].startswith("owned_by packshot")
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 128, 3), np.uint8)).save(photo)
    edited = made(here, served.reference, source=str(photo), strength=0.5)
    assert edited.state is RunState.SUCCEEDED, edited.failure
    with wiring.open_workbench(here) as bench:
        verdict = replay(bench, run.id).verdict
    assert verdict is not None
    assert verdict.sameness is Sameness.IDENTICAL
    assert any("promises nothing" in cause for cause in verdict.causes)


def test_it_says_no_in_its_own_words(served: Served, here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = made(here, served.reference.replace("studio-tiny", "no-such-model"))
    assert unknown.failure is not None
    assert (unknown.failure.code, "no model of that name" in unknown.failure.message) == ("remote.refused", True)
    monkeypatch.setenv("PACKSHOT_REMOTE_KEY", "packshot-another-token")
    stranger = made(replace(here), served.reference, seed=6)
    assert stranger.failure is not None
    assert stranger.failure.code == "remote.key"
    assert "packshot-another-token" not in stranger.model_dump_json()

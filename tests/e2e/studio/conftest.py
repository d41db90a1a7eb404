"""The studio as people have it: `packshot app` in a process of its own, looked at with a real browser.

Screenshots go to `build/screenshots` (1440 and 390 pixels wide): look at them. The tests skip where there is no
Chromium; `make test` installs it where it may.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from packshot.result import Job
    from packshot.service import Service

ROOT = Path(__file__).resolve().parents[3]
SCREENSHOTS = ROOT / "build" / "screenshots"
START_S = 60.0


@dataclass(frozen=True, slots=True)
class Studio:
    """A running app: its address, workspace, and log."""

    url: str
    workspace: Path
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def log(self) -> str:
        """What it wrote."""
        return self.output.read_text(errors="replace")


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Studio]:
    """`packshot app` in `folder`; ended by SIGINT as a person ends it."""
    port = free_port()
    output = folder / "app.log"
    command = [sys.executable, "-m", "packshot", "app", "--port", str(port), *arguments]
    settings = {"PACKSHOT_DEVICE": "cpu", "HF_HUB_OFFLINE": "1", "PACKSHOT_OUTPUT": str(folder / "outputs")}
    settings["PACKSHOT_WARM_UP"] = "no"  # it would be work for each studio that no test looks at
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | settings | environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_until_there(f"http://127.0.0.1:{port}/", process, output)
        yield Studio(f"http://127.0.0.1:{port}", folder / ".packshot", process, output)
    finally:
        end(process)


@contextmanager
def filled_by(fill: Callable[[Service, Path], None], folder: Path) -> Iterator[Studio]:
    """A studio with the fake engine in a workspace that `fill` worked in before, with a photo and without instruments.

    `fill` is given the workspace's service and the photo's file.
    """
    from packshot.app.access import close_studio, stand_guard, studio
    from packshot.evaluation import NO_INSTRUMENTS

    photo = folder / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (320, 256, 3), np.uint8)).save(photo)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"WORKSPACE": folder / ".packshot", "DEVICE": "cpu", "ENGINE": "fake"}.items():
            patch.setenv(f"PACKSHOT_{name}", str(value))
        patch.setenv("PACKSHOT_OUTPUT", str(folder / "outputs"))
        patch.setattr(
            "packshot.wiring.workbench.instruments_of", lambda _settings, _catalogue: lambda _model: NO_INSTRUMENTS
        )
        close_studio()
        stand_guard()
        fill(studio(), photo)
        close_studio()
    with running(folder, PACKSHOT_ENGINE="fake") as found:
        yield found


def wait_for_jobs(service: Service, jobs: Iterable[Job]) -> None:
    """Until all of them are over."""
    for job in jobs:
        while service.look(job.id).job.is_open:
            pass


def end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, and only where that does not do, more."""
    import signal

    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_there(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Until the address answers, with whatever status."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the app ended with {process.returncode}:\n{output.read_text()}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody answers at {url}:\n{output.read_text()}")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for the tests of a file, on studio-tiny."""
    with running(tmp_path_factory.mktemp("studio")) as found:
        yield found


def settled(page: Page) -> None:
    """Until the script of the page has run and nothing is loading."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(300)


def shoot(page: Page, name: str) -> None:
    """`build/screenshots/<name>-1440.png` and `-390.png`: the whole page in both widths."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        settled(page)
        height = page.evaluate(HEIGHT)
        page.set_viewport_size({"width": width, "height": max(1000, min(6000, int(height) + 80))})
        page.wait_for_timeout(400)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width} px"
    if before is not None:
        page.set_viewport_size(before)


HEIGHT = "() => (document.querySelector('[data-testid=stMainBlockContainer]') || document.body).scrollHeight"
"""Streamlit scrolls its main block, not the document."""


def serious_problems(page: Page) -> list[str]:
    """What axe-core finds serious or critical (WCAG 2 A and AA), one line each."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [
        f"{found['id']}: {node['html'][:300]} {node.get('failureSummary', '')[:300]}"
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]

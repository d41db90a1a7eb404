"""How long the studio's pages take in a browser: `python -m benchmarks.app_pages [10000]` (10,000 runs by default).

Seconds, the median and the worst of several, in Chromium: from the command to the first page's title (browser's cache
warm), from the address to a page that can be used, and from a click in the navigation to it. A page
can be used when its script has run and, in the gallery, every thumbnail in sight is there. Prints; asserts nothing.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.many_runs import fill

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUNS: Final = 10_000
ROUNDS: Final = 5
PAGES: Final = {
    "create": "Create",
    "experiment": "Experiment",
    "compare": "Compare",
    "rate": "Rate",
    "gallery": "Gallery",
    "about": "About this model",
}
RESTING: Final = "[data-testid=stApp][data-test-script-state=notRunning]"
SEEN: Final = """() => {
    const roots = [document, ...[...document.querySelectorAll('*')].map(each => each.shadowRoot).filter(Boolean)];
    const pictures = roots.flatMap(root => [...root.querySelectorAll('img')]);
    const inSight = pictures.filter(each => each.getBoundingClientRect().top < innerHeight);
    return inSight.length > 3 && inSight.every(each => each.complete);
}"""


@contextmanager
def studio(folder: Path, port: int) -> Iterator[str]:
    """`packshot app` on the folder's workspace, with the fake engine."""
    command = [sys.executable, "-m", "packshot", "--engine", "fake", "app", "--port", str(port)]
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=dict(os.environ), stdout=log, stderr=subprocess.STDOUT)
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise SystemExit((folder / "app.log").read_text())
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def from_command(page: Page, port: int, folder: Path | None = None) -> list[float]:
    """From the command to the title of the first page; without a folder, each time in one that has no workspace."""
    took = []
    for _ in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory() as new:
            begun = time.perf_counter()
            with studio(folder or Path(new), port) as url:
                page.goto(url, wait_until="commit")
                page.locator("h1").first.wait_for()
                took.append(time.perf_counter() - begun)
    return took[1:]


def from_address(page: Page, url: str, name: str) -> float:
    """From the address to a page that can be used."""
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(f"{url}/{name}", wait_until="commit")
    _usable(page, name)
    return time.perf_counter() - begun


def from_click(page: Page, name: str) -> float:
    """From a click in the navigation to a page that can be used."""
    begun = time.perf_counter()
    page.locator("[data-testid=stSidebarNav]").get_by_role("link", name=PAGES[name], exact=True).click()
    page.locator("h1", has_text=PAGES[name]).first.wait_for()
    _usable(page, name)
    return time.perf_counter() - begun


def _usable(page: Page, name: str) -> None:
    page.locator("h1").first.wait_for()
    if name == "gallery":
        page.wait_for_function(SEEN, polling=20)
    page.locator(RESTING).wait_for()


def _said(what: str, took: list[float]) -> None:
    print(f"{what:<52} {statistics.median(took):6.2f} s   worst {max(took):5.2f} s", flush=True)


def main() -> None:
    """Everything, in one browser with a cache that lives as long as it."""
    from playwright.sync_api import sync_playwright

    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    port = _port()
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], locale="en-GB"
        )
        page = browser.pages[0]
        page.set_viewport_size({"width": 1440, "height": 1000})
        _said("from the command to the title, no workspace yet", from_command(page, port))
        fill(Path(folder) / ".packshot", runs, np.random.default_rng(0))
        _said(f"from the command to the title, {runs:,} pictures", from_command(page, port, Path(folder)))
        with studio(Path(folder), port) as url:
            first = from_address(page, url, "gallery")
            print(f"{f'gallery of {runs:,}, thumbnails not there yet':<52} {first:6.2f} s")
            for name in PAGES:
                _said(f"{name}: from the address", [from_address(page, url, name) for _ in range(ROUNDS)])
            for name in PAGES:
                took = []
                for _ in range(ROUNDS):
                    from_click(page, "about" if name != "about" else "rate")
                    took.append(from_click(page, name))
                _said(f"{name}: from a click", took)
        browser.close()


if __name__ == "__main__":
    main()

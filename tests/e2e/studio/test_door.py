"""Who comes in, with a real browser: tokens, the help with the tunnel, the languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.ports import free_port
from packshot.app.gate import FRESH_S
from tests.e2e.studio.conftest import ROOT, end, running, serious_problems, settled, shoot, wait_until_there

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOKEN = "a-token-of-twenty-letters"


def test_a_token_is_needed_and_names_the_person(tmp_path: Path, new_page: Callable[..., Page]) -> None:
    tokens = tmp_path / "tokens.txt"
    tokens.write_text(f"Ada Lovelace: {TOKEN}\n")
    tokens.chmod(0o600)
    with running(tmp_path, "--token-file", str(tokens), PACKSHOT_ENGINE="fake") as studio:
        page = new_page(f"{studio.url}/gallery")
        assert page.get_by_label("Your token").is_visible()
        assert serious_problems(page) == []
        assert page.request.get(f"{studio.url}/_stcore/host-config").status == 401
        page.get_by_label("Your token").fill("not-this-one-not-this-one")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("That token does not fit.").wait_for()
        page.screenshot(path=ROOT / "build" / "screenshots" / "sign-in-1440.png")
        page.get_by_label("Your token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Signed in as Ada Lovelace").wait_for()
        assert page.url.endswith("/gallery")
        page.reload()
        page.get_by_text("Signed in as Ada Lovelace").wait_for()
        page.get_by_role("link", name="Sign out").click()
        page.get_by_label("Your token").wait_for()
        assert TOKEN not in studio.log


def test_on_another_address_without_a_token_there_is_only_the_help(
    tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "packshot", "app", "--host", "0.0.0.0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert "ssh -L 8501:localhost:8501" in refused.stderr
    assert "-J " in refused.stderr
    port = free_port()
    script = ROOT / "src" / "packshot" / "app" / "serve.py"
    options = ["--server.address", "0.0.0.0", "--server.port", str(port)]
    output = tmp_path / "streamlit.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *options],
            cwd=tmp_path,
            env=os.environ | {"PACKSHOT_ENGINE": "fake"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_there(f"http://127.0.0.1:{port}/", process, output)
        page = new_page(f"http://127.0.0.1:{port}/gallery")
        page.get_by_role("heading", name="This studio is not open on this address").wait_for()
        assert f"ssh -L {port}:localhost:{port}" in page.content()
        assert serious_problems(page) == []
        page.screenshot(path=ROOT / "build" / "screenshots" / "tunnel-1440.png")
    finally:
        end(process)


@pytest.mark.parametrize(
    ("locale", "title"),
    [pytest.param("en-GB", "Create", marks=pytest.mark.slow), ("fr-FR", "Créer"), ("de-DE", "Create")],
)
def test_the_browser_chooses_the_language(frame: str, new_page: Callable[..., Page], locale: str, title: str) -> None:
    page = new_page(frame, locale=locale)
    page.get_by_role("heading", name=title, exact=True).wait_for()
    spoken = "fr" if locale == "fr-FR" else "en"
    page.wait_for_function("code => document.documentElement.lang === code", arg=spoken)


@pytest.mark.slow
def test_the_language_is_switched_and_stays(frame: str, new_page: Callable[..., Page]) -> None:
    page = new_page(f"{frame}/about")
    page.get_by_role("heading", name="About this model").wait_for()
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Français").click()
    page.get_by_role("heading", name="À propos du modèle").wait_for()
    settled(page)
    assert "lang=fr" in page.url
    page.reload()
    page.get_by_role("heading", name="À propos du modèle").wait_for()
    settled(page)
    page.locator("[data-testid=stSidebarNav]").get_by_role("link", name="Galerie").click()
    page.get_by_role("heading", name="Galerie", exact=True).wait_for()
    shoot(page, "gallery-empty-fr")


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with running(tmp_path_factory.mktemp("frame"), PACKSHOT_ENGINE="fake") as studio:
        yield studio.url


@pytest.mark.slow
def test_a_token_counts_while_the_studio_runs_and_ends_an_open_page(
    tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    with running(tmp_path, PACKSHOT_ENGINE="fake") as studio:
        page = new_page(f"{studio.url}/gallery")
        settled(page)
        token = packshot(tmp_path, "tokens", "add", "ada", "--role", "admin")["token"]
        time.sleep(FRESH_S)
        page.goto(f"{studio.url}/gallery")
        page.get_by_label("Your token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Signed in as ada").wait_for()
        packshot(tmp_path, "tokens", "revoke", "ada")
        time.sleep(FRESH_S)
        with page.expect_event("response", lambda answer: answer.status in (401, 403)):
            page.get_by_role("link", name="Create").first.click()
        page.goto(f"{studio.url}/gallery")
        page.get_by_label("Your token").wait_for()


def packshot(folder: Path, *asked: str) -> dict[str, str]:
    """What a command on the studio's workspace gives."""
    command = [sys.executable, "-m", "packshot", *asked, "--json"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=True)
    return dict(json.loads(told.stdout)["data"])

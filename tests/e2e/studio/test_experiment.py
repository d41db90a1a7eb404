"""An experiment on studio-tiny with a real browser: started, watched, stopped, gone on with, read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.e2e.studio.conftest import Studio, running, serious_problems, settled, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLAN = b"""schema: packshot.plan/1
name: brief
title: What do steps do to a mug?
question: Are more steps worth their time?
baseline: {name: base, prompt: product photo of a red mug on a white background, steps: 40}
vary: {steps: [20]}
seeds: 3
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """One for the test here."""
    with running(tmp_path_factory.mktemp("experiment"), PACKSHOT_READ_TEXT="no") as found:
        yield found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_a_plan_to_its_pictures(studio: Studio, new_page: Callable[..., Page]) -> None:
    page = new_page(f"{studio.url}/experiment")
    page.get_by_text("A built-in plan").wait_for()
    settled(page)
    shoot(page, "experiment-empty")
    assert serious_problems(page) == []
    page.get_by_text("Build your own", exact=True).click()
    settled(page)
    shoot(page, "experiment-own")
    page.get_by_text("Upload a plan", exact=True).click()
    page.get_by_text("A plan as a YAML file").wait_for()
    settled(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "brief.yaml", "mimeType": "application/yaml", "buffer": PLAN}
    )
    page.get_by_role("button", name="Start", exact=True).wait_for()
    assert page.get_by_text("6 (2 arms × 3 seeds)").count() == 1
    page.get_by_role("button", name="Start", exact=True).click()

    page.get_by_text(re.compile(r"[1-5] of 6")).first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Go on", exact=True).wait_for()
    shoot(page, "experiment-stopped")
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    shoot(page, "experiment-running")
    page.reload()
    page.get_by_text("Key findings").first.wait_for(timeout=300_000)
    settled(page)
    shoot(page, "experiment-done")
    assert serious_problems(page) == []
    page.get_by_text("Report", exact=True).first.click()
    page.frame_locator("iframe").get_by_text("Are more steps worth their time?").first.wait_for()
    shoot(page, "experiment-report")

    page.get_by_role("button", name="Open in the gallery").click()
    page.get_by_role("heading", name="Gallery", exact=True).wait_for()
    page.get_by_text("6 pictures").first.wait_for()
    settled(page)
    shoot(page, "gallery")
    assert serious_problems(page) == []
    page.get_by_label("Words in the prompt").fill("teapot")
    page.get_by_label("Words in the prompt").press("Enter")
    page.get_by_text("No picture fits these filters.").wait_for()
    page.get_by_role("button", name="Show all pictures").click()
    page.get_by_text("6 pictures").first.wait_for()
    choices = page.get_by_role("checkbox", name=re.compile("^Choose"))
    choices.nth(0).check()
    choices.nth(3).check()
    page.get_by_role("button", name="Compare 2 chosen").click()
    page.get_by_role("heading", name="Compare", exact=True).wait_for()
    page.get_by_text("Settings that differ").first.wait_for()
    settled(page)
    shoot(page, "compare")
    assert serious_problems(page) == []

    page.goto(f"{studio.url}/rate?experiment=brief&by=Ada&mode=blind")
    page.get_by_text("0 of 6 rated").wait_for()
    settled(page)
    shoot(page, "rate")
    for rated in range(6):
        page.get_by_text(f"{rated} of 6 rated").wait_for()
        settled(page)
        for key in ("2", "1", "1", "2"):
            page.keyboard.press(key)
        page.wait_for_timeout(800)
        page.keyboard.press("Enter")
    page.get_by_text("Everything is rated").wait_for()
    settled(page)
    shoot(page, "rate-agreement")

"""Zoom, slider and scoring by keyboard alone, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from packshot.experiment import Plan
from packshot.result import RunState
from packshot.spec import Spec
from tests.e2e.studio.conftest import Studio, filled_by, serious_problems, settled, wait_for_jobs

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from packshot.service import Service

PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "mugs",
        "title": "Mugs",
        "question": "What do steps do?",
        "baseline": {"name": "base", "prompt": "a red mug", "steps": 2, "seed": 1},
        "vary": {"steps": [3]},
    }
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose workspace has an experiment of two pictures, and one that was made from a photo."""
    with filled_by(fill, tmp_path_factory.mktemp("keys")) as found:
        yield found


def fill(service: Service, photo: Path) -> None:
    from_photo = Spec(prompt="a bag", seed=1, steps=4, source=str(photo), strength=0.6)
    wait_for_jobs(service, [service.experiment(PLAN), service.make([from_photo])])


def run_from_photo(found: Studio) -> str:
    from packshot import wiring
    from packshot.store import open_store, process_owner

    store = open_store(found.workspace, now=wiring.now_utc, random_bytes=lambda n: b"\0" * n, owner=process_owner())
    try:
        return next(run.id for run in store.runs(state=RunState.SUCCEEDED) if run.resolved.intent.source is not None)
    finally:
        store.close()


def percents(page: Page) -> list[str]:
    """How large each picture is shown: the last words of its caption."""
    return [text.rsplit("·", 1)[1].strip() for text in page.locator("figcaption .scale").all_inner_texts()]


@pytest.mark.slow
def test_pictures_are_zoomed_together_by_keys_and_the_slider_is_one(filled: Studio, new_page) -> None:  # type: ignore[no-untyped-def]
    run_id = run_from_photo(filled)
    page = new_page(f"{filled.url}/compare?runs={run_id}.source,{run_id}")
    page.locator(".view").nth(1).wait_for()
    settled(page)
    before = percents(page)
    assert len(before) == 2
    page.locator(".view").first.focus()
    for _press in range(4):
        page.keyboard.press("+")
    larger = percents(page)
    assert larger[0] == larger[1] != before[0]
    assert page.locator(".view img.crisp").count() == 2
    moves = [image.evaluate("e => e.style.transform") for image in page.locator(".view img").all()]
    page.keyboard.press("ArrowRight")
    moved = [image.evaluate("e => e.style.transform") for image in page.locator(".view img").all()]
    assert moved[0] == moved[1] != moves[0]
    page.keyboard.press("0")
    assert percents(page) == before
    page.locator(".view").first.dblclick()
    assert percents(page) == ["100 %", "100 %"]
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.input_value() == "0"
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1 % A (source), the rest B"
    assert page.locator(".view img").evaluate_all("all => all.every(e => e.naturalWidth > 0)"), "a picture is not there"
    assert serious_problems(page) == []


def test_a_session_is_rated_without_a_mouse(filled: Studio, new_page) -> None:  # type: ignore[no-untyped-def]
    page = new_page(f"{filled.url}/rate?experiment=mugs&by=Ada&mode=blind")
    page.locator("kbd").first.wait_for()
    page.get_by_text("0 of 2 rated").wait_for()
    settled(page)
    page.keyboard.press("Enter")
    page.get_by_text("Not saved").wait_for()
    assert serious_problems(page) == []
    settled(page)
    page.keyboard.press("2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    for key in ("1", "1", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 2 rated").wait_for()
    settled(page)
    page.wait_for_timeout(500)
    focused = page.evaluate("document.activeElement.closest('[class*=st-key-rate]')?.className ?? ''")
    assert "adherence" in focused, "the next picture begins at its first criterion"
    assert page.get_by_text("Not saved").count() == 0

    page.get_by_label("Keyboard shortcuts").uncheck()
    page.locator("body").press("1")
    settled(page)
    assert page.locator("[class*=st-key-rate] input[type=radio]:checked").count() == 1, "only what is not judged"
    page.get_by_label("Keyboard shortcuts").check()

    page.get_by_text("Reasons (optional)").click()
    reason = page.get_by_role("textbox", name="Realism")
    reason.fill("b")
    reason.press("s")
    reason.press("1")
    assert reason.input_value() == "bs1", "keys are off while one writes"
    reason.press("Tab")
    page.locator("[class*=st-key-rate] input[type=radio]").first.focus()
    for key in ("2", "2", "2", "2"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.get_by_text("Everything is rated").wait_for()
    assert kept(filled) == [[2, 1, 1, 0], [2, 2, 2, 2]]


def kept(found: Studio) -> list[list[int]]:
    from packshot import wiring
    from packshot.store import open_store, process_owner

    store = open_store(found.workspace, now=wiring.now_utc, random_bytes=lambda n: b"\0" * n, owner=process_owner())
    try:
        return [[entry.score for entry in rating.scores.values()] for rating in store.experiment_ratings("mugs")]
    finally:
        store.close()

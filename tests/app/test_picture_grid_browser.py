"""The grid in a real browser: arrows, Enter, Space, and what the address keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from packshot.service import Service
from packshot.spec import Spec
from tests.e2e.studio.conftest import Studio, running
from tests.service.conftest import finished

SEEDS = 6


@pytest.fixture
def gallery(service: Service, tmp_path: Path) -> Iterator[Studio]:
    """The studio in a process of its own, on a workspace with some pictures."""
    finished(service, service.make([Spec(prompt="a red mug", seed=seed, steps=1) for seed in range(SEEDS)]))
    with running(tmp_path, PACKSHOT_ENGINE="fake") as found:
        yield found


@pytest.mark.slow
def test_by_keyboard_alone(gallery: Studio, browser) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{gallery.url}/gallery")
    tiles = page.locator("button.open")
    tiles.nth(SEEDS - 1).wait_for()
    assert page.locator(".tile img[loading=lazy][alt='a red mug']").count() == SEEDS
    assert page.locator("button.open[tabindex='0']").count() == 1
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    assert tiles.nth(1).evaluate("e => e.getRootNode().activeElement === e")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Compare 1 chosen").wait_for()
    assert page.locator(".tile input").nth(1).is_checked()
    assert tiles.nth(1).evaluate("e => e.getRootNode().activeElement === e"), "selecting keeps the focus"
    page.keyboard.press("End")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Compare 2 chosen").wait_for()
    page.keyboard.press("Home")
    first = tiles.first.get_attribute("data-id")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Back to the gallery").wait_for()
    assert f"run={first}" in page.url
    page.get_by_role("button", name="Older").click()
    page.wait_for_url(lambda url: "run=" in url and str(first) not in url)
    page.get_by_role("button", name="Back to the gallery").click()
    tiles.nth(SEEDS - 1).wait_for()
    page.get_by_label("Words in the prompt").fill("mug")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "text=mug" in url)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
    tops = [tiles.nth(number).bounding_box()["y"] for number in range(3)]
    assert tops[0] == tops[1] != tops[2], "two columns"
    page.close()

"""Review with a real browser: approved by a key, rejected with its reason, several at once after they were seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from packshot.experiment import Plan
from packshot.result import Decision, RunState
from packshot.spec import Spec
from packshot.workflow import review_picture
from tests.e2e.studio.conftest import Studio, filled_by, serious_problems, settled, shoot, wait_for_jobs

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from packshot.service import Service

CHANNEL = "shopify"
PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "mugs",
        "title": "Mugs",
        "question": "What do steps do?",
        "baseline": {
            "name": "base",
            "prompt": "product photo of a red mug on a white background",
            "steps": 2,
            "seed": 1,
        },
        "vary": {"steps": [3, 4, 5]},
    }
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A picture from words and four of an experiment, handed in; and one of a photo, for a channel that blocks it."""
    with filled_by(fill, tmp_path_factory.mktemp("review")) as found:
        yield found


def fill(service: Service, photo: Path) -> None:
    spec = Spec(prompt="a leather bag on a table", seed=1, steps=4, source=str(photo), strength=0.6)
    from_words = Spec(prompt="a leather bag on a table", seed=2, steps=4)
    wait_for_jobs(service, [service.make([spec]), service.make([from_words]), service.experiment(PLAN)])
    for run in reversed(service.bench.store.runs(state=RunState.SUCCEEDED)):
        channel = CHANNEL if run.resolved.intent.source is None else "ebay"
        review_picture(service.bench, run.id, Decision.SUBMIT, "Bob", channel=channel)


def decided(found: Studio) -> list[tuple[str, str]]:
    """Every decision but the handing in, in order: what, and why."""
    from packshot import wiring
    from packshot.store import open_store, process_owner

    store = open_store(found.workspace, now=wiring.now_utc, random_bytes=lambda n: b"\0" * n, owner=process_owner())
    try:
        entries: list[Any] = [entry for run in reversed(store.runs()) for entry in store.entries(run.id)]
        chosen = [entry for entry in entries if entry.decision is not Decision.SUBMIT]
        return [(str(entry.decision), entry.reason) for entry in sorted(chosen, key=lambda entry: entry.created_at)]
    finally:
        store.close()


@pytest.mark.slow
def test_decided_by_keys_and_several_at_once(filled: Studio, new_page) -> None:  # type: ignore[no-untyped-def]
    page: Page = new_page(f"{filled.url}/review?channel={CHANNEL}")
    page.get_by_text("5 pictures wait here").wait_for()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your name").press("Enter")
    settled(page)
    page.get_by_label("Your name").blur()
    shoot(page, "review")
    assert serious_problems(page) == []

    page.locator("body").press("a")
    page.locator("body").press("a")
    page.get_by_text("4 pictures wait here").wait_for()
    settled(page)
    page.wait_for_timeout(600)
    assert page.get_by_text("4 pictures wait here").count() == 1, "the second press meant the picture before"

    page.keyboard.press("r")
    page.get_by_text("Write the reason").wait_for()
    page.keyboard.type("a third strap")
    page.keyboard.press("Enter")
    page.get_by_text("3 pictures wait here").wait_for()
    settled(page)
    assert decided(filled) == [("approve", ""), ("reject", "a third strap")]

    page.set_viewport_size({"width": 390, "height": 500})
    page.get_by_text("Several", exact=True).click()
    page.get_by_text("0 of 3 looked at").wait_for()
    boxes = page.get_by_role("checkbox", name=re.compile("^Choose"))
    assert not any(box.is_enabled() for box in boxes.all()), "nothing was to be seen yet"
    assert page.get_by_role("button", name=re.compile("^Choose all 3")).is_disabled()
    boxes.first.scroll_into_view_if_needed()
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.get_by_text("3 of 3 looked at").wait_for()
    settled(page)
    shoot(page, "review-bulk")
    page.get_by_role("button", name=re.compile("^Choose all 3")).click()
    boxes.nth(2).uncheck()
    page.get_by_role("button", name="Approve 2 chosen pictures").click()
    page.get_by_text("2 pictures approved for shopify.").wait_for()
    settled(page)
    assert serious_problems(page) == []
    assert [what for what, _why in decided(filled)] == ["approve", "reject", "approve", "approve"]


@pytest.mark.slow
def test_what_blocks_is_seen_and_the_trail_is_whole(filled: Studio, new_page) -> None:  # type: ignore[no-untyped-def]
    page: Page = new_page(f"{filled.url}/review?channel=ebay&lang=fr")
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.get_by_text(re.compile("oppose(nt)? à une approbation")).wait_for()
    settled(page)
    shoot(page, "review-blocked-dark")
    assert serious_problems(page) == []
    page.get_by_text("Journal", exact=True).click()
    page.get_by_role("button", name="Examiner le journal").click()
    page.get_by_text("Le journal est intact.").wait_for()
    settled(page)
    shoot(page, "review-trail-dark")
    assert serious_problems(page) == []

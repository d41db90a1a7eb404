"""Create on studio-tiny with a real browser: from words, from a photo, refused, cancelled, reloaded, two at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from packshot.wiring import data_folder
from tests.conftest import PHOTOS
from tests.e2e.studio.conftest import Studio, running, serious_problems, settled, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MUG = "product photo of a red mug on a white background"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """One for all tests here: the model is loaded once."""
    with running(tmp_path_factory.mktemp("making"), PACKSHOT_READ_TEXT="no") as found:
        yield found


def opened(new_page: Callable[..., Page], studio: Studio, **options: object) -> Page:
    page = new_page(studio.url, **options)
    page.get_by_role("heading", name="Create", exact=True).wait_for()
    page.get_by_label("Prompt", exact=True).wait_for()
    return page


def ask(page: Page, prompt: str, steps: int) -> None:
    """Fills the form and makes it."""
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.get_by_label("Steps", exact=True).fill(str(steps))
    page.get_by_label("Steps", exact=True).press("Tab")
    settled(page)
    page.get_by_role("button", name="Make", exact=True).click()


def made(page: Page) -> Locator:
    """The result's picture, once it is there."""
    page.get_by_role("button", name="Download").wait_for()
    picture = page.locator("img[src*='/picture/']").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
    return picture


def test_from_words_to_a_verdict(studio: Studio, new_page: Callable[..., Page]) -> None:
    page = opened(new_page, studio)
    shoot(page, "create-empty")
    ask(page, MUG, 12)
    assert made(page).get_attribute("alt") == MUG
    assert re.search(r"job=[0-9A-Z]{26}", page.url)
    settled(page)
    shoot(page, "create-words")
    assert serious_problems(page) == []
    page.get_by_role("button", name="Make again").click()
    page.get_by_text(re.compile("identical", re.IGNORECASE)).first.wait_for()
    shoot(page, "create-replayed")


def test_from_a_photo_and_refused_without_one(studio: Studio, new_page: Callable[..., Page]) -> None:
    photo = PHOTOS / "shoes_1.jpg"
    source = photo if photo.is_file() else next((data_folder() / "pictures").glob("*.png"))
    page = opened(new_page, studio)
    page.get_by_text("From a picture", exact=True).click()
    page.get_by_text("Upload a source picture").wait_for()
    ask(page, "a pair of running shoes on a blue background", 12)
    page.get_by_text(re.compile("There is no source picture")).first.wait_for()
    assert "job=" not in page.url
    assert page.get_by_label("Prompt", exact=True).input_value() == "a pair of running shoes on a blue background"
    page.locator("input[type=file]").set_input_files(source)
    page.get_by_role("img", name="The source picture, fitted").wait_for()
    settled(page)
    page.get_by_role("button", name="Make", exact=True).click()
    made(page)
    settled(page)
    shoot(page, "create-photo")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.png", b"this is a text", "this is not a picture"),
        ("cut.jpg", b"\xff\xd8\xff\xe0" + b"0" * 200, "cannot be decoded|not a picture that is read"),
    ],
)
def test_what_is_no_picture_is_told_and_the_page_goes_on(
    studio: Studio, new_page: Callable[..., Page], name: str, content: bytes, said: str
) -> None:
    page = opened(new_page, studio)
    page.get_by_text("From a picture", exact=True).click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
    page.get_by_text(re.compile(said)).first.wait_for()
    assert page.get_by_role("button", name="Make", exact=True).is_enabled()


def test_a_reload_finds_the_work_again_and_cancel_ends_it(studio: Studio, new_page: Callable[..., Page]) -> None:
    page = opened(new_page, studio)
    ask(page, "product photo of a blue teapot on a white background", 150)
    page.get_by_text(re.compile(r"step \d+ of 150")).wait_for()
    shoot(page, "create-running")
    page.reload()
    page.get_by_text(re.compile(r"step \d+ of 150")).wait_for()
    assert page.get_by_label("Prompt", exact=True).input_value().startswith("product photo of a blue teapot")
    begun = time.monotonic()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text(re.compile("^Stopped")).wait_for()
    assert time.monotonic() - begun < 20
    page.get_by_role("button", name="Go on").wait_for()
    shoot(page, "create-stopped")


@pytest.mark.slow
def test_two_people_at_once(studio: Studio, new_page: Callable[..., Page]) -> None:
    pages = [opened(new_page, studio), opened(new_page, studio)]
    for page, product in zip(pages, ("camera", "backpack"), strict=True):
        ask(page, f"product photo of a black {product} on a white background", 30)
    pages[1].get_by_text(re.compile("1 picture before yours|step")).first.wait_for()
    addresses = {made(page).get_attribute("src") for page in pages}
    assert len(addresses) == 2


@pytest.mark.slow
def test_words_are_shown_as_they_stand(studio: Studio, new_page: Callable[..., Page], tmp_path: Path) -> None:
    page = opened(new_page, studio)
    hostile = "a mug <img src=x onerror=\"document.title='taken'\"> **bold** :red[x]"
    ask(page, hostile, 8)
    assert made(page).get_attribute("alt") == hostile
    assert page.title() != "taken"
    assert page.get_by_text(hostile).count() >= 1

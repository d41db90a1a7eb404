"""Create locks a product with a real browser: a rectangle by mouse and by keys, white, its promise, and a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.e2e.studio.conftest import Studio, running, serious_problems, settled, shoot
from tests.product.drawings import GROUNDS, disc, draw

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SIDE = 256


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """One for the tests here."""
    with running(tmp_path_factory.mktemp("locking"), PACKSHOT_READ_TEXT="no") as found:
        yield found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A disc in the middle, and a smaller one beside it that the rectangle leaves out."""
    mask = disc(SIDE, radius=0.25) | disc(SIDE, centre=(0.9, 0.1), radius=0.06)
    path = tmp_path / "mug.png"
    Image.fromarray(draw(mask, GROUNDS["grey"], (180, 30, 40), blur=0.7)).save(path)
    return path


def drawn(page: Page, stage: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the mouse, between two places in shares of the photo."""
    stage.scroll_into_view_if_needed()
    edge = stage.bounding_box()
    assert edge is not None
    places = [(edge["x"] + x * edge["width"], edge["y"] + y * edge["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=5)
    page.mouse.up()


def numbers(page: Page) -> list[int]:
    return [int(field.input_value() or -1) for field in page.locator(".box-editor input").all()]


@pytest.mark.slow
def test_a_product_in_a_rectangle_on_white(studio: Studio, new_page: Callable[..., Page], photo: Path) -> None:
    page = new_page(studio.url)
    page.get_by_text("Lock a product", exact=True).click()
    page.get_by_text("Upload the product’s photo").wait_for()
    page.get_by_text("White", exact=True).click()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("img", name=re.compile("The mask over the photo")).wait_for()
    page.get_by_text("In a rectangle", exact=True).click()
    stage = page.get_by_role("group", name="The photo, with the rectangle around the product")
    stage.wait_for()
    settled(page)
    drawn(page, stage, (0.2, 0.2), (0.8, 0.8))
    page.get_by_text(re.compile(r"\+rectangle$")).wait_for()
    settled(page)
    left, top, width, height = found = numbers(page)
    assert max(abs(side - asked) for side, asked in zip(found, (51, 51, 154, 154), strict=True)) < 4
    stage.press("ArrowRight")
    assert numbers(page)[0] == left + 3, "a hundredth of the photo's side"
    stage.press("Shift+ArrowUp")
    assert numbers(page)[3] == height - 3
    page.wait_for_timeout(600)
    settled(page)
    assert numbers(page) == [left + 3, top, width, height - 3], "what the server knows"
    shoot(page, "create-lock-rectangle")
    assert serious_problems(page) == []
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_role("button", name="Download").wait_for()
    page.get_by_text(
        re.compile("^Inside its mask, 2 px from the edge, the product differs from the photo by 0 of 255")
    ).wait_for()
    settled(page)
    shoot(page, "create-lock-white")
    page.reload()
    page.get_by_text(
        re.compile("^Inside its mask, 2 px from the edge, the product differs from the photo by 0 of 255")
    ).wait_for()
    stage.wait_for()
    settled(page)
    assert numbers(page) == [left + 3, top, width, height - 3], "the form is as it was asked for"

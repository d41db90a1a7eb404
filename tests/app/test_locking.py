"""Create's third way: a product locked, from its photo to the measured promise."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from packshot.app.access import studio
from packshot.result import Pixels
from packshot.service import Service
from packshot.spec import Background, Shadow
from tests.app.frame import MAIN, opened
from tests.app.test_create import done, labels, make, runs, text_of, ticket_of
from tests.product.drawings import GROUNDS, Mask, disc, draw

SIDE = 160
PRODUCT = (180, 30, 40)
DOUBTFUL = "This mask is doubtful"
ACCEPT = "I have looked at it: take this mask"


def circle() -> Mask:
    return disc(SIDE, centre=(0.5, 0.45), radius=0.25)


def photo(ground: str = "grey") -> Pixels:
    """Red on red is doubted."""
    return draw(circle(), GROUNDS[ground], PRODUCT, shadow=0.2, blur=0.7)


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def locking(ground: str = "grey", background: str = "white", *, data: bytes | None = None) -> AppTest:
    page = opened("create")
    page.segmented_control(key="asked-mode").set_value("lock").run()
    page.file_uploader(key="asked-upload-0").upload("mug.png", data or png(photo(ground))).run()
    page.segmented_control(key="asked-background").set_value(background).run()
    assert not page.exception
    return page


def box_of(page: AppTest) -> dict[str, Any]:
    """What the editor of boxes is given."""
    found = [entry for entry in page.get("bidi_component") if "packshot_box" in entry.proto.component_name]
    return dict(json.loads(found[-1].proto.json))


def drawn(page: AppTest, name: str, value: object) -> AppTest:
    """As the editor of boxes would leave it."""
    page.session_state[f"asked-{name}"] = value
    return page.run()


def test_on_white_without_words(service: Service) -> None:
    page = locking()
    assert "Confidence 1.00 of 1" in text_of(page)
    assert "What is not the product is violet".lower() in text_of(page).lower()
    assert not page.text_area, "white asks for no words"
    page.segmented_control(key="asked-shadow").set_value("none").run()
    page = done(make(page))
    (run,) = runs()
    assert run.result is not None
    pin, measured = run.resolved.intent.lock, run.result.provenance.lock
    assert pin is not None
    assert measured is not None
    assert (pin.background, pin.shadow) == (Background.WHITE, Shadow.NONE)
    assert f"differs from the photo by 0 of 255 ({measured.core_pixels} pixels)" in text_of(page)
    assert f"/thumbnail/{pin.mask}.webp" in text_of(page), "the recorded alpha"
    assert any(code.value.startswith("packshot lock --background white --shadow none") for code in page.code)
    assert [button.proto.label for button in page.get("download_button")] == ["Download"]
    assert "Use all settings" in labels(page)
    assert "The product on white" in text_of(page)


def test_a_doubtful_mask_asks_for_a_person(service: Service) -> None:
    page = locking("red")
    assert DOUBTFUL in text_of(page)
    assert "a network sees another outline" in text_of(page)
    page = make(page)
    assert "tick that you have" in page.error[0].value
    assert "\\-\\-" not in page.error[0].value, "no option of the command line"
    assert studio().jobs() == []
    next(box for box in page.checkbox if box.label == ACCEPT).check().run()
    done(make(page))
    (run,) = runs()
    assert run.resolved.origin.lock is not None
    assert run.resolved.origin.lock.accepted
    page.segmented_control(key="asked-finding").set_value("rectangle").run()
    drawn(page, "rectangle", "100x100+30+22")
    assert not next(box for box in page.checkbox if box.label == ACCEPT).value, "another mask is to be looked at again"


def test_a_rectangle_is_part_of_what_is_asked_and_of_the_record(service: Service) -> None:
    page = locking()
    page.segmented_control(key="asked-finding").set_value("rectangle").run()
    assert "There is no rectangle yet" in text_of(page)
    assert box_of(page)["box"] is None
    assert (box_of(page)["width"], box_of(page)["height"]) == (SIDE, SIDE)
    drawn(page, "rectangle", "100x100+30+22")
    assert box_of(page)["box"] == [30, 22, 100, 100]
    page = done(make(page))
    (run,) = runs()
    origin = run.resolved.origin.lock
    assert origin is not None
    assert str(origin.rectangle) == "100x100+30+22"
    assert origin.method.endswith("+rectangle")
    again = AppTest.from_file(MAIN, default_timeout=120)
    again.query_params["job"] = ticket_of(page)
    again.run()
    assert again.segmented_control(key="asked-mode").value == "lock"
    assert again.segmented_control(key="asked-background").value == "white"
    assert box_of(again)["box"] == [30, 22, 100, 100], "after a reload"


def test_a_rectangle_that_does_not_do_is_told_and_can_be_drawn_again(service: Service) -> None:
    page = locking()
    page.segmented_control(key="asked-finding").set_value("rectangle").run()
    drawn(page, "rectangle", "100x100+100+22")
    assert "the rectangle does not lie in the picture" in page.error[0].value.replace("\\", "")
    assert box_of(page)["box"] == [100, 22, 100, 100]


def test_a_mask_by_hand(service: Service) -> None:
    page = locking("red")
    page.segmented_control(key="asked-finding").set_value("mask").run()
    assert "There is no mask yet" in text_of(page)
    page.file_uploader(key="asked-mask-0").upload("small.png", png(circle()[:80].astype(np.uint8) * 255)).run()
    assert "has another size" in page.error[0].value
    page.file_uploader(key="asked-mask-0").upload("mask.png", png(circle().astype(np.uint8) * 255)).run()
    assert DOUBTFUL not in text_of(page)
    done(make(page))
    (run,) = runs()
    assert run.resolved.origin.lock is not None
    assert run.resolved.origin.lock.method == "given-mask/1"


def test_transparency_is_the_mask_as_on_the_command_line(service: Service) -> None:
    alpha = circle().astype(np.uint8) * 255
    page = locking(data=png(np.dstack([photo("red"), alpha])))
    assert page.segmented_control(key="asked-finding").value == "mask"
    done(make(page))
    (run,) = runs()
    pin = run.resolved.intent.lock
    assert pin is not None
    assert (studio().bench.store.pictures.get(pin.mask)[..., 0] == alpha).all()


def test_a_scene_with_the_product_elsewhere(service: Service) -> None:
    page = locking(background="scene")
    page.text_area(key="asked-prompt").set_value("on a blue background")
    page.number_input(key="asked-steps").set_value(4).run()
    assert "names none of the products" not in text_of(page)
    page.segmented_control(key="asked-place").set_value("other").run()
    given = box_of(page)
    assert (given["width"], given["height"], given["colour"]) == (256, 256, "#8f9194")
    drawn(page, "box", (20, 30, 100))
    assert box_of(page)["box"] == [20, 30, 100, 100]
    done(make(page))
    (run,) = runs()
    intent = run.resolved.intent
    assert intent.lock is not None
    assert str(intent.lock.placement) == "100x100+20+30"
    assert (intent.prompt, intent.steps, intent.strength) == ("on a blue background", 4, 0.6)


def test_without_a_photo_nothing_is_lost(service: Service) -> None:
    page = opened("create")
    page.segmented_control(key="asked-mode").set_value("lock").run()
    page.text_area(key="asked-prompt").set_value("on a table").run()
    assert "There is no photo." in make(page).error[0].value
    assert page.text_area(key="asked-prompt").value == "on a table"


@pytest.mark.parametrize(("place", "code"), [((90, 30, 100), "leave the picture"), ((0, 0, 165), "enlarged")])
def test_a_place_that_cannot_be_is_told(service: Service, place: tuple[int, int, int], code: str) -> None:
    page = locking()
    page.segmented_control(key="asked-place").set_value("other").run()
    if code == "enlarged":
        page.segmented_control(key="asked-size").set_value("other").run()
        page.number_input(key="asked-width").set_value(400)
        page.number_input(key="asked-height").set_value(400).run()
    drawn(page, "box", place)
    assert code in make(page).error[0].value
    assert studio().jobs() == []

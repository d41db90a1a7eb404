"""Compare: what the address names, side by side; what differs, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from packshot.service import Service
from packshot.spec import Spec
from tests.app.frame import opened
from tests.service.conftest import finished

SPEC = Spec(prompt="a <b>red</b> mug *here*", seed=1, steps=3)


def made(service: Service, **changes: object) -> str:
    view = finished(service, service.make([SPEC.model_copy(update=changes)]))
    return view.job.run_ids[0] or ""


def from_photo(service: Service, folder: Path, **changes: object) -> str:
    photo = folder / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (320, 256, 3), np.uint8)).save(photo)
    return made(service, source=str(photo), strength=0.6, **changes)


def component(page: AppTest, name: str) -> dict[str, Any]:
    """What a component of the page is given; empty where it is not there."""
    found = [entry for entry in page.get("bidi_component") if name in entry.proto.component_name]
    return dict(json.loads(found[0].proto.json)) if found else {}


def html(page: AppTest) -> str:
    return "\n".join(entry.value for entry in page.html)


def test_nothing_chosen_says_what_to_do(service: Service) -> None:
    page = opened("compare")
    assert not page.exception
    assert "two to four" in page.text[0].value
    assert component(page, "zoom") == {}


def test_two_pictures_with_all_that_differs(service: Service) -> None:
    one, other = made(service), made(service, seed=2, steps=5)
    page = opened("compare", runs=f"{one},{other[:25]}")
    assert not page.exception
    assert not page.error
    pictures = component(page, "zoom")["pictures"]
    assert [picture["caption"][:2] for picture in pictures] == ["A:", "B:"]
    assert all(picture["address"].startswith("/picture/") for picture in pictures)
    assert component(page, "before_after")["left"]["caption"] == "A"
    words = html(page)
    assert "Seed</th>" in words
    assert "<td" in words
    assert "Pixels that differ at all" in words
    assert "Prompt</th>" not in words, "the prompt is the same"
    assert "a &lt;b&gt;red&lt;/b&gt; mug *here*" in words, "among the settings that are the same, as it was written"


def test_equal_pictures_are_called_equal(service: Service) -> None:
    one = made(service)
    other = finished(service, service.make([SPEC], fresh=True)).job.run_ids[0]
    page = opened("compare", runs=f"{one},{other}")
    assert not page.exception
    assert "equal, pixel by pixel" in page.success[0].value
    assert any("the same was asked for" in text.value for text in page.text)


def test_with_its_source_as_the_model_took_it(service: Service, tmp_path: Path) -> None:
    run_id = from_photo(service, tmp_path)
    page = opened("compare", runs=run_id)
    page.button(key="compare-source-A").click().run()
    assert not page.exception
    assert page.query_params["runs"] == f"{run_id}.source,{run_id}"
    pictures = component(page, "zoom")["pictures"]
    assert pictures[0]["address"] == f"/source/{run_id}.png"
    assert (pictures[0]["width"], pictures[0]["height"]) == (pictures[1]["width"], pictures[1]["height"])
    assert component(page, "before_after")["left"]["caption"] == "A (source)"
    assert "Pixels that differ at all" in html(page)


def test_added_and_removed(service: Service) -> None:
    ids = [made(service, seed=seed) for seed in (1, 2, 3)]
    page = opened("compare", runs=ids[0])
    page.selectbox(key="compare-add").select(ids[1]).run()
    assert page.query_params["runs"] == f"{ids[0]},{ids[1]}"
    page.selectbox(key="compare-add").select(ids[2]).run()
    assert not page.exception
    assert len(component(page, "zoom")["pictures"]) == 3
    page.selectbox(key="compare-pair-r-3").select("C").run()
    assert component(page, "before_after")["right"]["caption"] == "C"
    page.button(key="compare-remove-B").click().run()
    assert not page.exception
    assert page.query_params["runs"] == f"{ids[0]},{ids[2]}"


def test_what_is_unknown_is_said_and_the_rest_is_shown(service: Service) -> None:
    run_id = made(service)
    page = opened("compare", runs=f"01UNKNOWN,{run_id},{run_id}.source")
    assert not page.exception
    assert len(page.error) == 2
    assert "01UNKNOWN" in page.error[0].value
    assert len(component(page, "zoom")["pictures"]) == 1


def test_more_than_four_are_not_shown(service: Service) -> None:
    ids = [made(service, seed=seed) for seed in range(5)]
    page = opened("compare", runs=",".join(ids))
    assert not page.exception
    assert "At most 4" in page.warning[0].value
    assert len(component(page, "zoom")["pictures"]) == 4


def test_sizes_that_differ_have_no_difference_map(service: Service) -> None:
    page = opened("compare", runs=f"{made(service)},{made(service, width=320, seed=2)}")
    assert not page.exception
    assert not page.error
    assert "different sizes (256×256 px and 320×256 px)" in page.info[0].value
    assert component(page, "before_after")


def test_in_french(service: Service) -> None:
    page = opened("compare", "fr", runs=f"{made(service)},{made(service, seed=2)}")
    assert not page.exception
    assert "Graine</th>" in html(page)
    assert page.selectbox(key="compare-add").label == "Ajouter une image"

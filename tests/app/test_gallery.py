"""The gallery: pages, filters in the address, tiles without a picture, one picture as a whole."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from packshot.result import RunQuery
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import neighbours
from tests.app.frame import opened
from tests.service.conftest import finished


def fill(service: Service, number: int, prompt: str = "a red mug") -> list[str]:
    """Runs, oldest first."""
    ids: list[str] = []
    for start in range(0, number, 8):
        seeds = range(start, min(start + 8, number))
        job = service.make([Spec(prompt=prompt, seed=seed, steps=1) for seed in seeds])
        ids += [run_id for run_id in finished(service, job).job.run_ids if run_id]
    return sorted(ids)


def tiles(page: AppTest) -> list[dict[str, Any]]:
    """What the grid is given."""
    grids = [entry for entry in page.get("bidi_component") if "picture_grid" in entry.proto.component_name]
    return list(json.loads(grids[0].proto.json)["tiles"]) if grids else []


def in_address(page: AppTest, name: str) -> str:
    """As a list where a script has put it there."""
    found = page.query_params[name]
    return found if isinstance(found, str) else found[0]


def test_an_empty_workspace_says_what_to_do_first(service: Service) -> None:
    page = opened("gallery")
    assert not page.exception
    assert "Make a first picture" in page.info[0].value
    assert page.page_link[0].value == "Make a picture"


def test_newest_first_and_in_pages(service: Service) -> None:
    ids = fill(service, 26)
    page = opened("gallery")
    assert not page.exception
    assert [tile["id"] for tile in tiles(page)] == ids[::-1][:24]
    assert "26 pictures, page 1 of 2" in [text.value for text in page.text]
    second = opened("gallery", page="2")
    assert [tile["id"] for tile in tiles(second)] == ids[::-1][24:]
    assert len(tiles(opened("gallery", size="48"))) == 26


def test_a_page_that_is_not_there_is_the_last_one(service: Service) -> None:
    fill(service, 26)
    page = opened("gallery", page="9")
    assert not page.exception
    assert tiles(page)


def test_the_address_filters_and_so_does_the_field(service: Service) -> None:
    fill(service, 2)
    (blue,) = fill(service, 1, "a blue teapot")
    page = opened("gallery", text="teapot")
    assert [tile["id"] for tile in tiles(page)] == [blue]
    page.text_input(key="filter-text").set_value("mug").run()
    assert len(tiles(page)) == 2


def test_nothing_found_has_a_way_back(service: Service) -> None:
    fill(service, 2)
    page = opened("gallery", text="zebra")
    assert "No picture fits" in page.info[0].value
    page.button(key="gallery-all").click().run()
    assert len(tiles(page)) == 2


def test_a_run_without_a_picture_says_why(service: Service) -> None:
    (run_id,) = fill(service, 1)
    from sqlalchemy import create_engine, text

    database = create_engine(f"sqlite:///{service.bench.settings.workspace / 'packshot.db'}")
    failure = json.dumps({"code": "engine.out_of_memory", "message": "too little"})
    with database.begin() as connection:
        change = "UPDATE run SET state='failed', picture_digest=NULL, result=NULL, failure=:failure WHERE id=:id"
        connection.execute(text(change), {"failure": failure, "id": run_id})
    (tile,) = tiles(opened("gallery"))
    assert tile["picture"] is None
    assert tile["reason"] == "Failed: not enough memory"
    assert "mémoire" in tiles(opened("gallery", "fr"))[0]["reason"]


def test_one_picture_and_the_way_back(service: Service) -> None:
    (run_id,) = fill(service, 1)
    page = opened("gallery", run=run_id)
    assert not page.exception
    assert page.code
    page.button(key="gallery-back").click().run()
    assert [tile["id"] for tile in tiles(page)] == [run_id]


def test_neighbours_cross_pages(service: Service) -> None:
    ids = fill(service, 5)[::-1]
    near = neighbours(service.bench, RunQuery(), 2, 2, ids[2])
    assert near.newer == (ids[1], 1)
    assert near.older == (ids[3], 2)
    assert neighbours(service.bench, RunQuery(), 1, 2, ids[0]).newer is None
    assert neighbours(service.bench, RunQuery(), 3, 2, ids[4]).older is None
    assert neighbours(service.bench, RunQuery(), 1, 2, ids[4]).newer is None, "not on that page"


def test_codes_stand_in_the_address_in_any_language(service: Service) -> None:
    fill(service, 2)
    assert not tiles(opened("gallery", state="failed"))
    for language in ("en", "fr"):
        page = opened("gallery", language, state="succeeded", mode="text2img")
        assert len(tiles(page)) == 2
        assert page.selectbox(key="filter-state").value == "succeeded"
        page.selectbox(key="filter-mode").set_value("img2img").run()
        assert not tiles(page)
        assert in_address(page, "mode") == "img2img"
    page.button(key="gallery-all").click().run()
    assert len(tiles(page)) == 2
    assert "mode" not in page.query_params


@pytest.mark.slow
def test_all_that_is_chosen_stays_in_the_address_while_a_picture_is_open(service: Service) -> None:
    ids = fill(service, 50)[::-1]
    chosen = {"text": "mug", "state": "succeeded", "mode": "text2img", "rated": "no", "size": "24", "page": "2"}
    page = opened("gallery", run=ids[30], **chosen)
    for _reload in range(2):
        assert {name: in_address(page, name) for name in chosen} == chosen
        page.run()
    page.button(key="gallery-older").click().run()
    assert in_address(page, "run") == ids[31]
    page.button(key="gallery-back").click().run()
    assert not page.exception
    assert "run" not in page.query_params
    assert [tile["id"] for tile in tiles(page)] == ids[24:48]
    assert page.text_input(key="filter-text").value == "mug"
    assert page.selectbox(key="filter-state").value == "succeeded"
    assert page.selectbox(key="filter-rated").value == "no"
    page.slider(key="filter-score").set_value(1).run()
    page.query_params["run"] = ids[0]
    page.run()
    assert in_address(page, "score") == "1"


def test_the_way_back_of_the_browser_changes_the_filters(service: Service) -> None:
    fill(service, 2)
    page = opened("gallery", text="zebra")
    assert not tiles(page)
    page.query_params["text"] = "mug"
    page.run()
    assert page.text_input(key="filter-text").value == "mug"
    assert len(tiles(page)) == 2


def test_an_address_that_asks_for_what_is_not_there_is_no_error(service: Service) -> None:
    fill(service, 2)
    page = opened("gallery", score="many", size="7", page="x", state="gone", experiment="none")
    assert not page.exception
    assert len(tiles(page)) == 2


def test_captions_say_what_differs_and_nothing_else(service: Service) -> None:
    specs = [Spec(prompt="a red mug", seed=7, steps=steps) for steps in (1, 2)]
    finished(service, service.make([*specs, Spec(prompt="a vase", seed=7, steps=1)]))
    page = opened("gallery")
    assert sorted((tile["caption"], tile["detail"]) for tile in tiles(page)) == [
        ("a red mug", "steps 1"),
        ("a red mug", "steps 2"),
        ("a vase", "seed 7"),
    ]
    assert "pas 2" in [tile["detail"] for tile in tiles(opened("gallery", "fr"))]


def test_days_narrow_the_gallery_and_stand_in_the_address(service: Service) -> None:
    (run_id,) = fill(service, 1)
    day = service.bench.store.run(run_id).created_at.date()
    assert [tile["id"] for tile in tiles(opened("gallery", **{"from": f"{day}", "to": f"{day}"}))] == [run_id]
    page = opened("gallery", **{"from": f"{day + timedelta(days=1)}"})
    assert not tiles(page)
    page.button(key="gallery-all").click().run()
    assert [tile["id"] for tile in tiles(page)] == [run_id]
    assert "from" not in page.query_params
    page.date_input(key="filter-to").set_value(day - timedelta(days=1)).run()
    assert not page.exception
    assert not tiles(page)
    assert in_address(page, "to") == str(day - timedelta(days=1))
    assert not opened("gallery", **{"from": "tomorrow", "to": "0001-01-01"}).exception

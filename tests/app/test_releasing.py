"""Releasing from the studio: what may go out, what was written, and the files as a ZIP behind the gate."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from packshot.app.gate import Gate
from packshot.app.released import ROUTES, released_address
from packshot.app.serve import app
from packshot.result import Decision, ReviewState
from packshot.service import Service
from packshot.workflow import release_shelf, review_picture, state_of
from tests.app.frame import opened
from tests.app.test_compare import component
from tests.app.test_gate import ANNA, with_tokens
from tests.app.test_rate import shown_words
from tests.app.test_review import OPEN_TO_ALL, PLAN
from tests.service.conftest import finished


@pytest.fixture
def approved(service: Service) -> list[str]:
    """Three pictures that Ada approved, in the order of the experiment."""
    finished(service, service.experiment(PLAN))
    runs = [str(cell.run_id) for cell in service.bench.store.experiment("mugs").cells]
    for run in runs:
        review_picture(service.bench, run, Decision.APPROVE, "Ada", channel=OPEN_TO_ALL)
    return runs


def releasing(language: str = "en", /, name: str = "Bob", **query: str) -> AppTest:
    page = opened("review", language, **{"view": "release", "channel": OPEN_TO_ALL} | query)
    if name:
        page.text_input(key="review-name").set_value(name).run()
    assert not page.exception
    return page


def press(page: AppTest, name: str) -> AppTest:
    page = next(each for each in page.button if str(each.key).startswith(f"release-{name}")).click().run()
    assert not page.exception
    return page


def choose(page: AppTest, *runs: str) -> AppTest:
    page.session_state[f"release-grid-{page.session_state['release-visit']}"] = {"selected": list(runs)}
    return page.run()


def test_what_is_approved_is_shown_and_goes_out(service: Service, approved: list[str]) -> None:
    page = releasing()
    tiles = component(page, "picture_grid")["tiles"]
    assert [tile["id"] for tile in tiles] == approved
    assert all("approved by Ada" in tile["detail"] and tile["note"] == "May go out" for tile in tiles)
    folder = release_shelf(service.bench, OPEN_TO_ALL)
    page = press(page, "look")
    assert "3 files would be released; nothing was written." in page.info[0].value
    assert not folder.exists()
    page = press(choose(page, approved[1]), "go")
    assert "1 file was released for shopify" in page.success[0].value
    (row,) = json.loads((folder / "release-manifest.json").read_text())["data"]
    assert (row["run"], row["by"], row["signed"]) == (approved[1], "Bob", False)
    assert row["file"] in "".join(table.value for table in page.html)
    assert state_of(service.bench, approved[1], OPEN_TO_ALL) is ReviewState.RELEASED
    assert [tile["id"] for tile in component(page, "picture_grid")["tiles"]] == [approved[0], approved[2]]
    page = press(page, "go")
    assert "2 files were released for shopify" in page.success[0].value
    assert "No picture is approved" in shown_words(page)


def test_what_may_not_go_is_told_and_the_rest_goes(service: Service, approved: list[str]) -> None:
    result = service.bench.store.run(approved[0]).result
    assert result is not None
    path = service.bench.store.pictures.path(result.picture_digest)
    path.chmod(0o644)
    path.write_bytes(b"edited")
    page = releasing()
    first = component(page, "picture_grid")["tiles"][0]
    assert first["note"].startswith("Held back: ")
    assert not first["is_free"]
    page = press(page, "go")
    assert "2 files were released" in page.success[0].value
    assert "1 picture was held back" in page.error[0].value


def test_nobody_releases_without_a_name_or_a_place(service: Service, approved: list[str]) -> None:
    page = press(releasing(name=""), "go")
    assert "write your name first" in page.warning[0].value
    assert not release_shelf(service.bench, OPEN_TO_ALL).exists()
    assert "Choose one above" in shown_words(releasing(channel="in general"))


def test_in_french(service: Service, approved: list[str]) -> None:
    page = press(releasing("fr"), "go")
    assert "3 fichiers publiés pour shopify" in page.success[0].value.replace("\\", "")
    review_picture(service.bench, approved[0], Decision.REJECT, "Eve", "une rayure", OPEN_TO_ALL)
    page.segmented_control(key="release-state").set_value(ReviewState.RELEASED).run()
    assert [tile["note"].split("\u00a0: ")[0] for tile in component(page, "picture_grid")["tiles"]] == ["Publiée"] * 2


def test_the_files_come_as_a_zip_behind_the_gate(service: Service, approved: list[str]) -> None:
    press(releasing(), "go")
    behind = Starlette(routes=ROUTES, middleware=[Middleware(Gate, policy=with_tokens)])
    client = TestClient(behind, base_url="http://localhost:8501", client=("127.0.0.1", 50000))
    address = released_address(OPEN_TO_ALL)
    assert client.get(address).status_code == 401
    anna = {"authorization": f"Bearer {ANNA}"}
    answer = client.get(address, headers=anna)
    assert answer.headers["content-disposition"] == 'attachment; filename="shopify-released.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 5
    now = service.bench.now()
    with zipfile.ZipFile(io.BytesIO(client.get(released_address(OPEN_TO_ALL, now), headers=anna).content)) as archive:
        assert archive.namelist() == ["release-manifest.json", "release-manifest.csv"]
    for wrong in ("/released/nowhere.zip", "/released/%2e%2e.zip", f"{address}?since=yesterday"):
        assert client.get(wrong, headers=anna).status_code == 404
    assert all(route in app._user_routes for route in ROUTES)

"""Pictures by their addresses: the pixels themselves, kept by browsers, and sentences for what is not there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from packshot.app.access import close_studio, studio
from packshot.app.pictures import ROUTES, picture_address, thumbnail_address


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> Iterator[TestClient]:
    """The routes on a workspace of their own."""
    monkeypatch.setenv("PACKSHOT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    monkeypatch.setenv("PACKSHOT_ENGINE", "fake")
    close_studio()
    yield TestClient(Starlette(routes=ROUTES))
    close_studio()


def kept_picture() -> tuple[str, np.ndarray]:
    pixels = np.random.default_rng(3).integers(0, 256, (96, 640, 3), dtype=np.uint8)
    return studio().bench.store.pictures.put(pixels), pixels


def test_a_picture_is_its_pixels_and_is_kept_for_ever(browser: TestClient) -> None:
    digest, pixels = kept_picture()
    shown = browser.get(picture_address(digest))
    assert shown.headers["content-type"] == "image/png"
    assert "immutable" in shown.headers["cache-control"]
    assert "private" in shown.headers["cache-control"]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(shown.content))), pixels)


def test_a_thumbnail_is_small(browser: TestClient) -> None:
    pytest.importorskip("packshot.workflow.thumbnails")
    digest, _pixels = kept_picture()
    shown = browser.get(thumbnail_address(digest))
    assert shown.headers["content-type"] == "image/webp"
    assert "immutable" in shown.headers["cache-control"]
    assert Image.open(io.BytesIO(shown.content)).size == (320, 48)


@pytest.mark.parametrize(
    "path",
    [
        picture_address("0" * 64),
        picture_address("A" * 64),
        picture_address("..%2F..%2Fpackshot"),
        picture_address("x"),
        thumbnail_address("x"),
    ],
)
def test_what_is_not_there_gets_a_sentence_that_is_not_kept(browser: TestClient, path: str) -> None:
    shown = browser.get(path)
    assert shown.status_code == 404
    assert "picture" in shown.text or shown.text == "Not Found"
    assert "immutable" not in shown.headers.get("cache-control", "")


def test_one_service_for_all_and_a_new_one_after_it_was_closed(browser: TestClient) -> None:
    first = studio()
    assert studio() is first
    close_studio()
    assert studio() is not first

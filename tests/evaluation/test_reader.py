"""The real reader on drawn lettering, renders and photos."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.evaluation import RapidReader
from packshot.evaluation.text_reader import SURE
from packshot.result import Pixels
from tests.evaluation.lettering import lettered
from tests.product.drawings import GROUNDS, disc, draw


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader(1)


def texts(reader: RapidReader, picture: Pixels) -> list[str]:
    return [piece.text for piece in reader.read(picture)]


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (lettered("SALE", font_px=14), "SALE"),  # a cap height of 10 px, which is 20 at 512
        (lettered("Original", ink=(150, 30, 30), ground=(250, 212, 64)), "Original"),
        (lettered("-50%", ink=(255, 255, 255), ground=(40, 60, 120)), "-50%"),
        *((lettered("OFFER", turned=turned), "OFFER") for turned in (1, 2, 3)),
    ],
)
def test_lettering_is_read(reader: RapidReader, picture: Pixels, expected: str) -> None:
    assert texts(reader, picture) == [expected]


def test_where_it_stands_and_how_sure(reader: RapidReader) -> None:
    (piece,) = reader.read(lettered("SAMPLE", at=(60, 120), font_px=24))
    left, top, right, bottom = piece.box
    assert 50 <= left <= 64
    assert 112 <= top <= 132
    assert 130 <= right <= 180
    assert 138 <= bottom <= 156
    assert SURE <= piece.confidence <= 1.0


def test_shapes_are_no_text(reader: RapidReader) -> None:
    for ground in ("white", "yellow", "blue"):
        assert reader.read(draw(disc(), GROUNDS[ground], (20, 20, 24), shadow=0.4)) == ()
    assert reader.read(lettered("OK", font_px=30)) == ()  # two letters are not enough


def test_the_same_picture_gives_the_same(reader: RapidReader) -> None:
    picture = lettered("2 for 1", font_px=20)
    assert reader.read(picture) == RapidReader(1).read(picture)


def test_headline_and_small_print_of_a_large_picture(reader: RapidReader) -> None:
    headline = lettered("SALE", font_px=300, at=(60, 200), size=(1024, 1024))
    small = lettered("Original", font_px=18, at=(700, 900), size=(1024, 1024))
    assert texts(reader, np.minimum(headline, small)) == ["SALE", "Original"]


def test_odd_shapes_of_pictures(reader: RapidReader) -> None:
    for height, width in ((16, 16), (40, 300), (300, 20)):
        assert reader.read(np.full((height, width, 3), 200, np.uint8)) == ()


def test_nothing_is_said_and_nothing_fetched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    from rapidocr.utils.download_file import DownloadFile

    def refuse(*_: object) -> None:
        raise AssertionError("a download")

    monkeypatch.setattr(DownloadFile, "run", refuse)
    with caplog.at_level(logging.DEBUG):
        RapidReader(1).read(np.full((64, 64, 3), 200, np.uint8))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.slow
def test_lettering_on_renders(reader: RapidReader) -> None:
    hard = pytest.importorskip("training.render.hard")
    found = 0
    for seed in range(8):
        made = hard.with_text(40_000 + seed)
        x, y, width, height = made.truth.box
        boxes = [piece.box for piece in reader.read(made.picture)]
        found += any(
            x - 4 <= (left + right) / 2 <= x + width + 4 and y - 4 <= (top + bottom) / 2 <= y + height + 4
            for left, top, right, bottom in boxes
        )
        assert reader.read(made.render.picture) == ()
    assert found >= 7


@pytest.mark.slow
@pytest.mark.photos
def test_photos_with_and_without_text(reader: RapidReader, photos: Path) -> None:
    def opened(name: str) -> Pixels:
        return np.asarray(Image.open(photos / f"{name}.jpg").convert("RGB"))

    assert "SOLMO" in texts(reader, opened("abo_bottle_844a1cce"))
    assert texts(reader, opened("abo_bulb_dcace9b5")) == ["amazonbasics"]
    for name in ("dress_1", "hat_1", "shoes_1", "skirt_1", "shorts_1"):
        assert texts(reader, opened(name)) == []

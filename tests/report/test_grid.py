"""Contact sheets: every picture is there pixel by pixel, and every place has its words."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.report.grid import SheetCell, columns_for, contact_sheet
from packshot.report.text import drawable, shortened, width_px, wrapped
from packshot.result import Pixels
from tests.report.samples import shapes


def find(sheet: Pixels, picture: Pixels) -> tuple[int, int]:
    """(top, left) of a picture inside a sheet; fails where it is not there exactly once."""
    height, width, _ = picture.shape
    windows = np.lib.stride_tricks.sliding_window_view(sheet[..., 0], (height, width))
    rows, columns = np.nonzero((windows[:, :, ::16, ::16] == picture[::16, ::16, 0]).all(axis=(2, 3)))
    places = [
        (int(r), int(c))
        for r, c in zip(rows, columns, strict=True)
        if np.array_equal(sheet[r : r + height, c : c + width], picture)
    ]
    assert len(places) == 1
    return places[0]


def test_pictures_stand_in_rows_pixel_by_pixel() -> None:
    pictures = [shapes(seed, side=256) for seed in range(5)]
    sheet = contact_sheet("title", "prompt", [SheetCell(str(i), ("a", "b"), p) for i, p in enumerate(pictures)], 3)
    places = [find(sheet, picture) for picture in pictures]
    tops, lefts = [top for top, _ in places], [left for _, left in places]
    assert tops[0] == tops[1] == tops[2] < tops[3] == tops[4]
    assert lefts[0] == lefts[3] < lefts[1] == lefts[4] < lefts[2]
    assert lefts[1] - lefts[0] == lefts[2] - lefts[1]
    assert lefts[0] == sheet.shape[1] - lefts[2] - 256  # the same margin on both sides


def test_large_pictures_are_scaled_and_small_ones_centred() -> None:
    sheet = contact_sheet("t", "s", [SheetCell("large", (), shapes(1, side=1024)), SheetCell("s", (), shapes(2))], 2)
    assert sheet.shape[1] < 1300
    find(sheet, shapes(2))


def test_a_failure_is_drawn_with_its_name() -> None:
    def sheet(failure: str) -> Pixels:
        return contact_sheet("t", "s", [SheetCell("cell", ("settings",), None, failure)], 1)

    assert not np.array_equal(sheet("picture.nan"), sheet("picture.blank"))
    red = (sheet("picture.nan") == (0x9B, 0x1C, 0x1C)).all(axis=2)
    assert red.any()


@pytest.mark.parametrize("changed", ["title", "subtitle", "name", "line"])
def test_every_word_is_on_the_sheet(changed: str) -> None:
    def sheet(**words: str) -> Pixels:
        said = {"title": "one", "subtitle": "one", "name": "one", "line": "one"} | words
        return contact_sheet(said["title"], said["subtitle"], [SheetCell(said["name"], (said["line"],), shapes(1))], 1)

    before, after = sheet(), sheet(**{changed: "two"})
    assert before.shape == after.shape
    assert not np.array_equal(before, after)


def test_the_same_sheet_is_the_same_pixels() -> None:
    cells = [SheetCell("a", ("b",), shapes(1))]
    assert np.array_equal(contact_sheet("t", "s", cells, 1), contact_sheet("t", "s", cells, 1))


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cell"):
        contact_sheet("t", "s", [], 3)


@pytest.mark.parametrize(("cells", "columns"), [(1, 1), (3, 3), (4, 4), (6, 3), (7, 4), (8, 4), (9, 3)])
def test_few_places_stay_empty(cells: int, columns: int) -> None:
    assert columns_for(cells) == columns


def test_long_words_are_wrapped_and_cut() -> None:
    lines = wrapped("product photo " * 40, 15, 300, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(width_px(line, 15) <= 300 for line in lines)
    assert wrapped("x" * 500, 15, 300, 2)[0].endswith("…")
    assert shortened("short", 15, 300) == "short"


def test_letters_that_the_font_lacks_are_replaced() -> None:
    assert drawable("déjà  vu – 256×256\n靴 “ok”") == "deja vu - 256x256 ? “ok”"

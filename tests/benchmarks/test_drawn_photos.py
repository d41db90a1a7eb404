"""Photos that benchmarks draw are taken for products, and no two are alike."""

from __future__ import annotations

import numpy as np

from benchmarks.drawn_photos import EACH, KINDS, SIDE_PX, draw_photo
from packshot.product import find_cutout


def test_every_body_is_found_without_doubt() -> None:
    for number in range(EACH * len(KINDS)):
        found = find_cutout(draw_photo(number))
        assert not found.is_doubtful, (number, found.doubts)
        assert 0.03 < (found.alpha > 127).mean() < 0.6


def test_each_number_is_another_photo_and_always_the_same() -> None:
    photos = [draw_photo(number) for number in range(3 * EACH * len(KINDS))]
    assert photos[0].shape == (SIDE_PX, SIDE_PX, 3)
    assert len({photo.tobytes() for photo in photos}) == len(photos)
    assert np.array_equal(photos[5], draw_photo(5))

"""A plain mask against what a network would see of the same picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.product.cross_check import cross_checked
from packshot.product.mask import Mask
from tests.product.drawings import disc, overlap


def seen(mask: Mask, sure: float = 0.97) -> np.ndarray:
    """The coverage that a good network would tell of a mask."""
    share = cv2.resize(mask.astype(np.float32), (96, 96), interpolation=cv2.INTER_AREA)
    return np.asarray((1.0 - sure) + (2.0 * sure - 1.0) * share, dtype=np.float32)


def test_where_both_agree_nothing_changes() -> None:
    whole = disc(384)
    found = cross_checked(whole, seen(whole))
    assert np.array_equal(found.mask, whole)
    assert found.taken_back == 0.0
    assert found.agreed > 0.98


@pytest.mark.parametrize("centre", [(0.5, 0.5), (0.5, 0.75)], ids=["enclosed", "at the outline"])
def test_a_pale_part_is_taken_back(centre: tuple[float, float]) -> None:
    whole = disc(384)
    pocket = disc(384, centre, 0.1)
    found = cross_checked(whole & ~pocket, seen(whole))
    assert overlap(found.mask, whole) > 0.99
    assert found.taken_back == pytest.approx((pocket & whole).sum() / whole.sum(), rel=0.15)


def test_another_thing_far_off_is_not_taken_back() -> None:
    whole, other = disc(384, (0.35, 0.5), 0.2), disc(384, (0.8, 0.5), 0.1)
    assert np.array_equal(cross_checked(whole, seen(whole | other)).mask, whole)


def test_a_window_that_the_network_sees_too_stays_open() -> None:
    ring = disc(384) & ~disc(384, radius=0.12)
    assert np.array_equal(cross_checked(ring, seen(ring)).mask, ring)


def test_what_the_network_calls_ground_is_told_and_kept() -> None:
    whole, part = disc(384, (0.35, 0.5), 0.2), disc(384, (0.8, 0.5), 0.1)
    found = cross_checked(whole | part, seen(whole))
    assert np.array_equal(found.mask, whole | part)
    assert found.agreed == pytest.approx(whole.sum() / (whole | part).sum(), abs=0.03)


def test_a_network_in_two_minds_changes_nothing() -> None:
    whole = disc(384)
    found = cross_checked(whole & ~disc(384, radius=0.1), seen(whole, sure=0.7))
    assert found.taken_back == 0.0


def test_an_empty_mask_is_no_trouble() -> None:
    nothing = np.zeros((64, 48), np.bool_)
    found = cross_checked(nothing, seen(nothing))
    assert not found.mask.any()

"""A plain mask against what a network would see of the same picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from packshot.product.cross_check import agreement
from packshot.product.mask import Mask
from tests.product.drawings import disc


def seen(mask: Mask, sure: float = 0.97) -> np.ndarray:
    """The coverage that a good network would tell of a mask."""
    share = cv2.resize(mask.astype(np.float32), (96, 96), interpolation=cv2.INTER_AREA)
    return np.asarray((1.0 - sure) + (2.0 * sure - 1.0) * share, dtype=np.float32)


def test_the_same_thing_agrees() -> None:
    assert agreement(disc(384), seen(disc(384))) > 0.98


def test_a_second_thing_is_told_by_its_share() -> None:
    whole, part = disc(384, (0.35, 0.5), 0.2), disc(384, (0.8, 0.5), 0.1)
    assert agreement(whole | part, seen(whole)) == pytest.approx(whole.sum() / (whole | part).sum(), abs=0.03)


def test_a_hole_that_the_network_does_not_see_is_told() -> None:
    whole, hole = disc(384), disc(384, radius=0.15)
    assert agreement(whole & ~hole, seen(whole)) == pytest.approx(1 - hole.sum() / whole.sum(), abs=0.03)


def test_an_empty_mask_is_no_trouble() -> None:
    nothing = np.zeros((64, 48), np.bool_)
    assert agreement(nothing, seen(nothing)) == 0.0

"""Conversion to CIELAB against values published with the standards (Lindbloom's calculator, D65)."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.product import difference, lab_from_srgb, linear_from_srgb

KNOWN = {
    (255, 255, 255): (100.0, 0.0, 0.0),
    (0, 0, 0): (0.0, 0.0, 0.0),
    (255, 0, 0): (53.24, 80.09, 67.20),
    (0, 255, 0): (87.73, -86.18, 83.18),
    (0, 0, 255): (32.30, 79.19, -107.86),
    (119, 119, 119): (50.03, 0.0, 0.0),
}


@pytest.mark.parametrize("colour", KNOWN)
def test_known_colours(colour: tuple[int, int, int]) -> None:
    assert lab_from_srgb(np.array(colour, np.uint8)) == pytest.approx(KNOWN[colour], abs=0.05)


def test_greys_have_no_hue_and_rise() -> None:
    lab = lab_from_srgb(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1))
    assert np.abs(lab[:, 1:]).max() < 1e-9
    assert (np.diff(lab[:, 0]) > 0).all()


def test_linear_light_meets_at_the_knee() -> None:
    assert linear_from_srgb(np.array([10, 11, 255], np.uint8)) == pytest.approx(
        [10 / 255 / 12.92, 0.003347, 1.0], abs=1e-6
    )


def test_difference_is_a_distance() -> None:
    assert difference(np.array([50.0, 3.0, 0.0]), np.array([50.0, 0.0, 4.0])) == pytest.approx(5.0)

"""The shadow's strength on drawn shadows of known depth."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.evaluation.shadow import shadow_evidence
from packshot.product import plain_background_mask
from packshot.result import Evidence, Pixels
from tests.product.drawings import GROUNDS, disc, draw


def strength(picture: Pixels) -> Evidence:
    return shadow_evidence(picture, plain_background_mask(picture))


@pytest.mark.parametrize("ground", ["white", "grey", "yellow", "blue"])
def test_a_deeper_shadow_is_stronger_on_any_ground(ground: str) -> None:
    values = [strength(draw(disc(), GROUNDS[ground], (180, 30, 120), shadow=depth)).value for depth in (0.2, 0.4, 0.6)]
    assert all(isinstance(value, float) for value in values)
    assert values == sorted(values)  # type: ignore[type-var]
    # The shadow is deepest under the disc; half a shade of it shows at the edge.
    assert 8.0 < float(values[0] or 0) < 20.0
    assert 30.0 < float(values[2] or 0) < 60.0


def test_the_region_is_where_the_shadow_lies() -> None:
    found = strength(draw(disc(), GROUNDS["white"], (30, 60, 160), shadow=0.5))
    ((left, top, right, bottom),) = found.regions
    assert right > 256 * 0.8 > 256 * 0.5 > left or bottom > 256 * 0.8
    assert (left, top) >= (0, 0)
    assert "light at its deepest" in found.sentence


def test_no_shadow_is_said_and_has_no_region() -> None:
    found = strength(draw(disc(), GROUNDS["white"], (30, 60, 160)))
    assert found.value == pytest.approx(0.0, abs=2.0)
    assert found.regions == ()
    assert "no shadow" in found.sentence


def test_not_evaluated_without_a_product_or_on_black() -> None:
    blank = strength(np.full((128, 128, 3), 255, np.uint8))
    black = strength(draw(disc(), GROUNDS["black"], (200, 60, 60), shadow=0.5))
    assert (blank.value, black.value) == (None, None)
    assert "no product" in blank.sentence
    assert "too dark" in black.sentence

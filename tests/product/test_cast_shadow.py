"""A shadow as dark and as hard as a product is told from it by what the network sees."""

from __future__ import annotations

import numpy as np

from packshot.product.cast_shadow import cast_shadow
from packshot.product.lab import linear_from_srgb
from packshot.product.plain_ground import fit_plain_ground, plain_ground_at

SIDE = 192


def _scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A blue box on yellow paper, a hard shadow under it, a red bar beside it; the mask of all three; the network's."""
    pixels = np.full((SIDE, SIDE, 3), (230, 200, 60), np.uint8)
    pixels[40:120, 60:130] = (30, 40, 180)
    pixels[120:132, 60:130] = (115, 100, 30)
    pixels[40:60, 140:150] = (180, 30, 40)
    mask = (pixels != (230, 200, 60)).any(axis=2)
    cover = np.zeros((96, 96), np.float32)
    cover[20:60, 30:65] = 1.0
    return pixels, mask, cover


def test_what_is_dim_ground_and_unseen_is_shadow_and_nothing_else_is() -> None:
    pixels, mask, cover = _scene()
    found = cast_shadow(pixels, mask, cover, 1)
    assert found is not None
    assert found[122:131, 62:128].mean() > 0.95
    assert not found[:119].any(), "neither the box, nor the bar of another hue that the network does not see"


def test_what_the_network_sees_is_no_shadow() -> None:
    pixels, mask, cover = _scene()
    cover[58:70, 28:70] = 1.0
    assert cast_shadow(pixels, mask, cover, 1) is None


def test_the_ground_at_some_places_is_that_of_all() -> None:
    pixels, mask, _cover = _scene()
    linear = linear_from_srgb(pixels)
    np.testing.assert_allclose(plain_ground_at(linear, mask), fit_plain_ground(linear).colour[mask], atol=1e-12)

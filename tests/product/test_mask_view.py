"""A mask as people look at it."""

from __future__ import annotations

import numpy as np

from packshot.product import lifted, over_photo
from tests.product.drawings import GROUNDS, disc, draw

SIDE = 200


def test_the_ground_is_tinted_and_the_product_is_not() -> None:
    mask = disc(SIDE)
    photo = draw(mask, GROUNDS["grey"], (180, 30, 40))
    alpha = mask.astype(np.uint8) * 255
    shown = over_photo(photo, alpha, 400)
    assert shown.shape == photo.shape, "never enlarged"
    assert (shown[100, 100] == photo[100, 100]).all()
    assert int(shown[2, 2][2]) > int(photo[2, 2][2]), "violet"
    assert (shown[40:160, 40:160] == 255).all(axis=2).any(), "its outline"
    assert over_photo(photo, alpha, 50).shape == (50, 50, 3)


def test_the_product_alone_is_its_box() -> None:
    mask = disc(SIDE, radius=0.25)
    alpha = mask.astype(np.uint8) * 255
    photo = draw(mask, GROUNDS["blue"], (180, 30, 40))
    alone = lifted(photo, alpha, 400)
    assert alone is not None
    assert alone.shape == (100, 100, 4)
    assert (alone[50, 50] == (180, 30, 40, 255)).all()
    assert alone[0, 0, 3] == 0
    assert lifted(photo, np.zeros_like(alpha), 400) is None

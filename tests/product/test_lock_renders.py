"""The promise over 200 random locks of rendered products, on white and over noise: the largest difference is 0."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.product import contact_shadow, deviation_of, find_cutout, on_white, place, product_box, put_back
from packshot.resolve import default_placement
from packshot.spec import Placement, defaults
from training.render import random_scene, render

FIRST_SEED = 71_000_000
SIDE = 256


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_locks_of_renders_differ_by_nothing() -> None:
    """Half of them unscaled, against the render's own pixels; the masks are those that are found, and soft."""
    rng = np.random.default_rng(7)
    worst, inside = 0, 0
    for number in range(200):
        photo = render(random_scene(FIRST_SEED + number, spread=4.0), SIDE).picture
        alpha = find_cutout(photo).alpha
        box = product_box(alpha)
        if box is None:
            continue
        wide, high = box[2] - box[0], box[3] - box[1]
        scale = 1.0 if number % 2 else float(rng.uniform(0.4, 1.6))
        there = default_placement(box, (SIDE, SIDE), (round(SIDE * scale), round(SIDE * scale)))
        wide, high = (wide, high) if number % 2 else (there.width, there.height)
        size = (wide + int(rng.integers(4, 80)), high + int(rng.integers(4, 80)))
        left, top = (int(rng.integers(0, size[axis] - side + 1)) for axis, side in enumerate((wide, high)))
        at = Placement(width=wide, height=high, left=left, top=top)
        product = place(photo, alpha, at, size, defaults.LOCK_EROSION_PX)
        shadow = contact_shadow(product)
        ground = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        for result in (on_white(product, shadow), put_back(ground, product, shadow)):
            measured = deviation_of(result, product)
            worst, inside = max(worst, measured.core_difference), inside + measured.core_pixels
            if number % 2:
                y, x = np.nonzero(alpha == 255)
                y_there, x_there = y + top - box[1], x + left - box[0]
                seen = (y_there >= 0) & (x_there >= 0) & (y_there < size[1]) & (x_there < size[0])
                assert (result[y_there[seen], x_there[seen]] == photo[y[seen], x[seen]]).all(), number
    assert worst == 0
    assert inside > 200 * 2000

"""The lock's promise on synthetic shapes: inside the eroded mask nothing differs, wherever the product is put."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from packshot.product import clean_edge, contact_shadow, deviation_of, on_white, place, product_box, put_back
from packshot.product.light_bytes import BYTE, LIGHT, mixed
from packshot.result import Pixels
from packshot.spec import Placement
from tests.product.drawings import disc

SIZE = 96


def shape(seed: int, size: int = SIZE) -> tuple[Pixels, np.ndarray]:
    """A photo full of noise, and a soft alpha of a few ellipses in it."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    far = np.full((size, size), np.inf)
    for _ in range(int(rng.integers(1, 4))):
        cx, cy = rng.uniform(0.25, 0.75, 2) * size
        rx, ry = rng.uniform(0.08, 0.3, 2) * size
        far = np.minimum(far, (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * min(rx, ry))
    alpha = np.clip(255 * (0.5 - far / rng.uniform(0.5, 3.0)), 0, 255).astype(np.uint8)
    return rng.integers(0, 256, (size, size, 3), dtype=np.uint8), alpha


def at_its_place(alpha: np.ndarray) -> Placement:
    left, top, right, bottom = product_box(alpha) or (0, 0, 1, 1)
    return Placement(width=right - left, height=bottom - top, left=left, top=top)


def test_light_goes_there_and_back() -> None:
    assert (BYTE[LIGHT] == np.arange(256)).all()
    assert (int(LIGHT[0]), int(LIGHT[255])) == (0, 65535)


def test_the_formula_is_the_one_that_is_written_down() -> None:
    """By another way: whole numbers of Python, one pixel at a time."""
    rng = np.random.default_rng(0)
    colour = rng.integers(0, 256, (50, 3), dtype=np.uint8)
    ground = LIGHT[rng.integers(0, 256, (50, 3))]
    share = rng.integers(0, 256, 50, dtype=np.uint8)
    expected = [
        [
            int(BYTE[(int(LIGHT[c]) * int(a) + int(g) * (255 - int(a)) + 127) // 255])
            for c, g in zip(colour[n], ground[n], strict=True)
        ]
        for n, a in enumerate(share)
    ]
    assert mixed(colour, ground, share).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), right=st.integers(-12, 12), down=st.integers(-12, 12))
def test_nothing_inside_differs_when_it_is_moved(seed: int, right: int, down: int) -> None:
    """Against the photo itself, cut by hand: not through the code that placed it."""
    photo, alpha = shape(seed)
    box = product_box(alpha)
    assert box is not None
    left = min(max(0, box[0] + right), SIZE - (box[2] - box[0]))
    top = min(max(0, box[1] + down), SIZE - (box[3] - box[1]))
    box_there = Placement(width=box[2] - box[0], height=box[3] - box[1], left=left, top=top)
    product = place(photo, alpha, box_there, (SIZE, SIZE), 2)
    ground = np.random.default_rng(seed + 1).integers(0, 256, photo.shape, dtype=np.uint8)
    result = put_back(ground, product, contact_shadow(product))
    dy, dx = top - box[1], left - box[0]
    whole = np.argwhere(alpha == 255)
    there = whole + np.array((dy, dx))
    inside = whole[((there >= 0) & (there < SIZE)).all(axis=1)]
    assert (result[inside[:, 0] + dy, inside[:, 1] + dx] == photo[inside[:, 0], inside[:, 1]]).all()
    measured = deviation_of(result, product)
    assert measured.core_difference == 0
    assert 0 <= measured.core_pixels <= len(whole)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.3, 1.9))
def test_nothing_inside_differs_when_it_is_scaled(seed: int, scale: float) -> None:
    photo, alpha = shape(seed)
    box = product_box(alpha)
    assert box is not None
    wide, high = max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale))
    size = (wide + 20, high + 30)
    product = place(photo, alpha, Placement(width=wide, height=high, left=7, top=11), size, 2)
    result = on_white(product, contact_shadow(product))
    assert deviation_of(result, product).core_difference == 0
    placed = product_box(product.over_all(product.alpha))
    assert placed is not None
    assert np.abs(np.subtract(placed, (7, 11, 7 + wide, 11 + high))).max() <= 1, "the box is where it was asked for"


def test_a_scaled_photo_is_pillows_own() -> None:
    """A whole photo as product, half as large: what is promised is the filter that is named."""
    photo = np.random.default_rng(3).integers(0, 256, (64, 48, 3), dtype=np.uint8)
    alpha = np.full((64, 48), 255, np.uint8)
    product = place(photo, alpha, Placement(width=24, height=32, left=0, top=0), (24, 32), 2)
    expected = np.asarray(Image.fromarray(photo).resize((24, 32), Image.Resampling.LANCZOS))
    middle = (slice(4, -4), slice(4, -4))  # at the frame the last pixels are repeated
    assert (product.photo[middle] == expected[middle]).all()
    assert (on_white(product)[middle] == expected[middle]).all()


def test_a_changed_pixel_is_found() -> None:
    photo, alpha = shape(5)
    product = place(photo, alpha, at_its_place(alpha), (SIZE, SIZE), 2)
    result = on_white(product)
    y, x = np.argwhere(product.over_all(product.core))[0]
    result[y, x, 1] ^= 3
    assert deviation_of(result, product).core_difference > 0


def test_white_is_exactly_white_where_nothing_is() -> None:
    photo, alpha = shape(8)
    product = place(photo, alpha, at_its_place(alpha), (SIZE, SIZE), 2)
    shadow = contact_shadow(product)
    covered = product.over_all(product.alpha) > 0
    assert (on_white(product)[~covered] == 255).all()
    assert (on_white(product, shadow)[~covered & (shadow == 0)] == 255).all()
    assert (on_white(product, shadow)[~covered & (shadow > 3)] < 255).any()


@pytest.mark.parametrize("ground", [(20, 160, 40), (250, 60, 20), (10, 10, 10)])
def test_the_old_ground_does_not_glow(ground: tuple[int, int, int]) -> None:
    """A grey disc photographed on a colour: on white its edge is grey, not that colour."""
    inside = disc(128, radius=0.3)
    soft = Image.fromarray(inside.astype(np.uint8) * 255).resize((64, 64), Image.Resampling.BOX)
    alpha = np.asarray(soft)
    share = alpha[..., None] / 255.0
    product_light = LIGHT[np.full((64, 64, 3), 128, np.uint8)]
    photo = BYTE[np.rint(product_light * share + LIGHT[np.array(ground)] * (1 - share)).astype(int)]
    cleaned = clean_edge(photo, alpha)
    edge = (alpha > 40) & (alpha < 255)
    assert np.abs(cleaned[edge].astype(int) - 128).max() <= 3
    assert (cleaned[alpha == 255] == photo[alpha == 255]).all()


def test_a_shadow_lies_under_what_stands() -> None:
    """Under a box its shadow is darkest at the base, falls off, and reaches neither up nor far."""
    alpha = np.zeros((200, 200), np.uint8)
    alpha[60:150, 50:150] = 255
    photo = np.full((200, 200, 3), 90, np.uint8)
    shadow = contact_shadow(place(photo, alpha, at_its_place(alpha), (200, 200), 2))
    below = shadow[150:, 100].astype(int)
    assert below[0] > 60
    assert (np.diff(below) <= 0).all()
    assert below[-1] == 0
    assert shadow[:120].max() == 0, "nothing at its top"
    assert np.abs(shadow.astype(int) - shadow[:, ::-1]).max() <= 1, "no light comes from a side"


def test_what_the_frame_cuts_below_casts_no_shadow() -> None:
    alpha = np.zeros((80, 80), np.uint8)
    alpha[30:, 20:60] = 255
    photo = np.zeros((80, 80, 3), np.uint8)
    product = place(photo, alpha, at_its_place(alpha), (80, 80), 2)
    assert contact_shadow(product).max() == 0


def test_a_placement_outside_is_refused() -> None:
    photo, alpha = shape(1)
    with pytest.raises(ValueError, match="leaves the result"):
        place(photo, alpha, Placement(width=90, height=90, left=20, top=0), (SIZE, SIZE), 2)

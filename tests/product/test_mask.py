"""The product's mask against drawn truth, and against the renderer's where numba is there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from packshot.product import plain_background_mask
from tests.product.drawings import GROUNDS, disc, draw, overlap


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("product", [(30, 60, 160), (180, 90, 30)])
def test_a_disc_with_its_shadow(ground: str, product: tuple[int, int, int]) -> None:
    mask = disc()
    found = plain_background_mask(draw(mask, GROUNDS[ground], product, shadow=0.45, falloff=0.2, noise=1.0, blur=0.6))
    assert overlap(found.mask, mask) > 0.95
    assert found.confidence > 0.9


@pytest.mark.parametrize("shade", [60, 90, 130])
def test_a_grey_product_on_white_is_no_shadow(shade: int) -> None:
    mask = disc()
    found = plain_background_mask(draw(mask, GROUNDS["white"], (shade, shade, shade), shadow=0.5))
    assert overlap(found.mask, mask) > 0.93


def test_a_shadow_alone_is_no_product() -> None:
    picture = draw(disc(), GROUNDS["yellow"], GROUNDS["yellow"])
    light = 1.0 - 0.4 * ndimage.gaussian_filter(disc(radius=0.2).astype(float), 8)[..., None]
    found = plain_background_mask((picture * light).astype(np.uint8))
    assert not found.mask.any()
    assert found.confidence == 0.0
    assert found.box is None


def test_a_fall_off_is_no_product() -> None:
    mask = disc(radius=0.2)
    found = plain_background_mask(draw(mask, GROUNDS["grey"], (200, 30, 30), falloff=0.9))
    assert overlap(found.mask, mask) > 0.97


def test_a_product_across_the_border_is_found_up_to_it() -> None:
    mask = disc(centre=(0.1, 0.5))
    found = plain_background_mask(draw(mask, GROUNDS["white"], (30, 60, 160), shadow=0.3))
    assert overlap(found.mask, mask) > 0.95
    assert found.box is not None
    assert found.box[0] == 0


def test_a_window_through_the_product_is_ground_and_a_mark_on_it_is_not() -> None:
    ring = disc(radius=0.4) & ~disc(radius=0.25)
    found = plain_background_mask(draw(ring, GROUNDS["blue"], (180, 90, 30)))
    assert overlap(found.mask, ring) > 0.95
    marked = draw(disc(radius=0.4), GROUNDS["blue"], (180, 90, 30))
    marked[disc(radius=0.1)] = (20, 120, 30)
    assert overlap(plain_background_mask(marked).mask, disc(radius=0.4)) > 0.97


def test_a_pair_is_one_product_and_a_speck_is_none() -> None:
    pair = disc(centre=(0.3, 0.5), radius=0.15) | disc(centre=(0.7, 0.5), radius=0.12)
    speck = disc(centre=(0.1, 0.1), radius=0.02)
    found = plain_background_mask(draw(pair | speck, GROUNDS["white"], (30, 60, 160)))
    assert overlap(found.mask, pair) > 0.95
    assert not (found.mask & speck).any()


def test_confidence_is_low_where_the_border_is_not_plain() -> None:
    scene = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    assert plain_background_mask(scene).confidence < 0.5
    assert plain_background_mask(np.zeros((64, 64, 3), np.uint8)).confidence == 0.0


def test_a_product_as_grey_as_its_shadow_is_doubted() -> None:
    assert plain_background_mask(draw(disc(), GROUNDS["white"], (180, 180, 180), shadow=0.5)).confidence < 0.5


def test_a_white_bag_on_white_is_doubted() -> None:
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    camera = training.Camera(yaw_deg=20.0, pitch_deg=12.0, fill=0.75, shift_x=0.0, shift_y=0.0)
    bag = training.Scene("handbag", "white", "white", "white", "glossy", "three-quarter", "normal", camera, 0.5)
    assert plain_background_mask(training.render(bag).picture).confidence < 0.5


@pytest.mark.parametrize("shape", [(100, 150), (700, 1100), (16, 40)])
def test_any_size_and_format(shape: tuple[int, int]) -> None:
    height, width = shape
    picture = np.full((height, width, 3), 240, np.uint8)
    picture[height // 4 : height // 2, width // 4 : width // 2] = (40, 90, 30)
    found = plain_background_mask(picture)
    assert found.mask.shape == shape
    assert found.box is not None
    wanted = (width // 4, height // 4, width // 2, height // 2)
    assert np.abs(np.subtract(found.box, wanted)).max() <= 6


def test_the_mask_is_frozen_and_repeats() -> None:
    picture = draw(disc(), GROUNDS["red"], (30, 60, 160), shadow=0.4, noise=2.0)
    one, two = plain_background_mask(picture), plain_background_mask(picture)
    assert np.array_equal(one.mask, two.mask)
    with pytest.raises(ValueError, match="read-only"):
        one.mask[0, 0] = True


def test_renders_with_their_own_truth() -> None:
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    pictures = [training.render(training.random_scene(20_000 + number)) for number in range(12)]
    found = [plain_background_mask(picture.picture) for picture in pictures]
    trusted = [overlap(f.mask, p.mask) for f, p in zip(found, pictures, strict=True) if f.confidence >= 0.5]
    assert len(trusted) >= 10
    assert min(trusted) > 0.8
    assert np.mean(trusted) > 0.93

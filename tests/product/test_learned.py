"""The network that is shipped: it is the file that its card names, it repeats itself, and it sees renders."""

from __future__ import annotations

import hashlib
import json
from importlib import resources

import numpy as np
import pytest

from packshot.product import find_cutout, plain_background_mask
from packshot.product.learned import FILE, coverage, mirrored_coverage
from tests.product.drawings import GROUNDS, disc, draw, overlap

DATA = resources.files("packshot") / "data" / "masks"
LARGEST_BYTES = 4_000_000


def test_the_file_is_the_one_that_its_card_names() -> None:
    data = (DATA / FILE).read_bytes()
    card = json.loads((DATA / "product-mask.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(data).hexdigest() == card["sha256"]
    assert len(data) <= LARGEST_BYTES
    assert card["parameters"] <= 1_500_000
    assert card["licence"] == "Apache-2.0"


@pytest.mark.parametrize("shape", [(16, 16), (33, 500), (300, 200)])
def test_any_shape_of_picture_gives_shares(shape: tuple[int, int]) -> None:
    noisy = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = coverage(noisy)
    assert found.shape == (96, 96)
    assert found.min() >= 0.0
    assert found.max() <= 1.0


def test_it_repeats_itself() -> None:
    picture = draw(disc(), GROUNDS["blue"], (180, 90, 30), shadow=0.4, noise=3.0)
    one, two = coverage(picture), coverage(picture.copy())
    assert one.tobytes() == two.tobytes()
    assert mirrored_coverage(picture).tobytes() == mirrored_coverage(picture).tobytes()


def test_a_part_as_pale_as_its_ground_is_found() -> None:
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    made = training.render(training.random_scene(62_000_045, spread=4))  # the plain method cuts a pale part off
    plain, found = plain_background_mask(made.picture), find_cutout(made.picture)
    assert overlap(plain.mask, made.mask) < 0.93
    assert overlap(found.mask, made.mask) > 0.97


def test_renders_on_textured_grounds() -> None:
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    made = [training.on_texture(62_000_000 + number, 128) for number in (5, 10, 13)]
    overlaps = sorted(overlap(find_cutout(one.picture).mask, one.mask) for one in made)
    assert overlaps[0] > 0.6  # so small a picture is hard
    assert overlaps[1] > 0.95

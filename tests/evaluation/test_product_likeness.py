"""Likeness inside the product: to an independent implementation, and by what changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from packshot.evaluation import Asked, evaluate, ssim
from packshot.evaluation.likeness import ssim_map
from packshot.result import Evidence, Pixels
from packshot.spec import Mode
from tests.product.drawings import GROUNDS, disc, draw

BLUE = (30, 60, 160)
NAMES = ("likeness_product_ssim", "likeness_colour", "likeness_shape")


def likeness(picture: Pixels, source: Pixels | None) -> dict[str, Evidence]:
    entries = evaluate(picture, Asked("a mug", mode=Mode.IMAGE_TO_IMAGE), source)
    return {entry.name: entry for entry in entries if entry.name.startswith("likeness")}


def textured(ground: str = "white", product: tuple[int, int, int] = BLUE, centre: float = 0.5) -> Pixels:
    mask = disc(centre=(centre, 0.5))
    picture = draw(mask, GROUNDS[ground], product).astype(float)
    waves = 25 * np.sin(np.arange(256) / 4)[None, :, None]
    return np.clip(np.where(mask[..., None], picture + waves, picture), 0, 255).astype(np.uint8)


def test_our_ssim_is_scikit_images() -> None:
    metrics = pytest.importorskip("skimage.metrics")
    one, other = textured(), ndimage.gaussian_filter(textured("grey"), (1, 1, 0))
    weights = np.array([0.299, 0.587, 0.114])
    _, full = metrics.structural_similarity(
        one @ weights,
        other @ weights,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    assert ssim_map(one, other) == pytest.approx(full[5:-5, 5:-5], abs=1e-9)
    assert ssim(one, other) == pytest.approx(full[5:-5, 5:-5].mean(), abs=1e-9)


def test_an_equal_picture_is_equal() -> None:
    found = likeness(textured(), textured())
    assert [found[name].value for name in NAMES] == [1.0, 0.0, 1.0]
    assert found["likeness_shape"].regions == found["likeness_colour"].regions != ()


def test_another_background_leaves_the_product() -> None:
    found = likeness(textured("yellow"), textured("white"))
    assert found["likeness_product_ssim"].value > 0.9
    assert found["likeness_colour"].value < 0.5
    assert found["likeness_shape"].value > 0.97
    assert found["likeness_product_ssim"].value > found["likeness_ssim"].value - 0.05


def test_another_colour_is_told_by_ciede2000() -> None:
    found = likeness(textured(product=(160, 40, 30)), textured())
    assert found["likeness_colour"].value > 30
    assert found["likeness_shape"].value > 0.97


def test_colour_difference_of_a_known_pair() -> None:
    # Sharma, Wu and Dalal (Color Research & Application 30(1), 2005), by the library; here that it reaches the pixels
    one, other = draw(disc(), GROUNDS["white"], (119, 119, 119)), draw(disc(), GROUNDS["white"], (143, 143, 143))
    colour = pytest.importorskip("skimage.color")
    lab = colour.rgb2lab(np.array([[[119, 119, 119], [143, 143, 143]]], np.uint8))
    expected = float(colour.deltaE_ciede2000(lab[0, 0], lab[0, 1]))
    assert likeness(other, one)["likeness_colour"].value == pytest.approx(expected, abs=0.1)


def test_a_moved_product_overlaps_by_its_area() -> None:
    one, other = disc(centre=(0.5, 0.5)), disc(centre=(0.58, 0.5))
    expected = (one & other).sum() / (one | other).sum()
    found = likeness(textured(centre=0.58), textured())
    assert found["likeness_shape"].value == pytest.approx(expected, abs=0.02)


def test_lost_detail_lowers_the_structure() -> None:
    blurred = ndimage.gaussian_filter(textured(), (8, 8, 0))
    assert likeness(blurred, textured())["likeness_product_ssim"].value < 0.9


def test_without_a_mask_to_trust_it_says_so() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    found = likeness(textured(), noise)
    assert all(found[name].value is None and "source's background" in found[name].sentence for name in NAMES)
    assert isinstance(found["likeness_ssim"].value, float)
    found = likeness(noise, textured())
    assert isinstance(found["likeness_colour"].value, float)
    assert found["likeness_shape"].value is None
    assert "picture's background" in found["likeness_shape"].sentence


def test_without_a_source_all_say_so() -> None:
    found = likeness(textured(), None)
    assert len(found) == 6
    assert all(entry.value is None and "not at hand" in entry.sentence for entry in found.values())


@pytest.mark.photos
def test_a_photo_against_itself_and_spoilt(photos: Path) -> None:
    photo = np.asarray(Image.open(photos / "abo_bottle_844a1cce.jpg").convert("RGB").resize((512, 512)))
    spoilt = photo.copy()
    spoilt[180:330, 180:330] = (200, 30, 30)
    assert likeness(photo, photo)["likeness_shape"].value == 1.0
    changed = likeness(spoilt, photo)
    assert changed["likeness_colour"].value > 1
    assert changed["likeness_shape"].value > 0.9

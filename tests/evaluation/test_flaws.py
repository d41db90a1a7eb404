"""Collapse, colour cast, noise, banding and clipped areas on pictures made to have them, and on those that have not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from packshot.evaluation import Asked, evaluate
from packshot.evaluation.noise import noise_sigma
from packshot.evaluation.relief import relief_of
from packshot.result import Evidence, Pixels
from tests.product.drawings import GROUNDS, disc, draw

BLUE = (30, 60, 160)


def facts(pixels: Pixels, prompt: str = "photo of a mug") -> dict[str, Evidence]:
    return {entry.name: entry for entry in evaluate(pixels, Asked(prompt), None)}


def noisy(sigma: float, level: float = 128.0, side: int = 256) -> Pixels:
    rng = np.random.default_rng(0)
    return np.clip(level + rng.normal(0, sigma, (side, side, 1)) + 0.5, 0, 255).astype(np.uint8).repeat(3, 2)


def blotches(side: int = 256) -> Pixels:
    """What a decoder makes of pure noise: grains of some pixels."""
    noise = np.random.default_rng(0).normal(0, 1, (side, side, 3))
    soft = ndimage.gaussian_filter(noise, (1.5, 1.5, 0))
    return np.clip(128 + 60 * soft / soft.std(), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("picture", "collapsed", "word"),
    [
        (np.full((256, 256, 3), 255, np.uint8), "yes", "flat"),
        (np.zeros((64, 96, 3), np.uint8), "yes", "flat"),
        (noisy(4.0), "yes", "flat"),
        (noisy(60.0), "yes", "noise"),
        (blotches(), "yes", "noise"),
        (draw(disc(), GROUNDS["white"], BLUE), "no", "something"),
        (draw(disc(radius=0.06), GROUNDS["white"], (230, 230, 230)), "no", "something"),
        (draw(disc(), GROUNDS["yellow"], BLUE, noise=40.0), "no", "something"),
        (np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8).repeat(8, 0).repeat(8, 1), "no", "something"),
    ],
)
def test_collapsed(picture: Pixels, collapsed: str, word: str) -> None:
    found = facts(picture)["collapsed"]
    assert found.value == collapsed
    assert word in found.sentence


@pytest.mark.photos
def test_no_photo_is_collapsed(photos: Path) -> None:
    for path in sorted(photos.glob("*.jpg")):
        small = np.asarray(Image.open(path).convert("RGB").resize((192, 256)))
        assert facts(small)["collapsed"].value == "no", path.name


@pytest.mark.parametrize("sigma", [1.0, 3.0, 8.0, 20.0])
def test_noise_is_found_at_its_strength(sigma: float) -> None:
    measured = noise_sigma(relief_of(noisy(sigma)))
    assert measured == pytest.approx(sigma, rel=0.05, abs=0.1)


def test_detail_and_edges_are_no_noise() -> None:
    stripes = np.where(np.arange(256)[None, :, None] // 6 % 2, 70, 180) * np.ones((256, 1, 3))
    half = np.full((256, 256, 3), 120.0)
    half[:, 128:] = stripes[:, 128:]
    assert facts(half.astype(np.uint8))["noise"].value == pytest.approx(0.0, abs=0.2)
    grain = np.random.default_rng(1).normal(0, 5, (*half.shape[:2], 1))
    assert facts(np.clip(half + grain, 0, 255).astype(np.uint8))["noise"].value == pytest.approx(5.0, rel=0.1)


def test_no_noise_where_it_would_be_cut_off() -> None:
    found = facts(np.full((128, 128, 3), 255, np.uint8))["noise"]
    assert found.value is None
    assert "Not evaluated" in found.sentence


def gradient(step: int, low: float = 90, high: float = 170) -> Pixels:
    """A slope from left to right that stands still and jumps by `step` grey levels."""
    levels = np.linspace(low, high, 256)
    return np.broadcast_to((np.round(levels / step) * step)[None, :, None], (256, 256, 3)).astype(np.uint8)


@pytest.mark.parametrize("step", [4, 8, 12])
def test_bands_are_seen(step: int) -> None:
    assert facts(gradient(step))["banding"].value > 80
    assert facts(gradient(step).transpose(1, 0, 2))["banding"].value > 80


def test_a_good_gradient_has_no_bands() -> None:
    assert facts(gradient(1))["banding"].value == 0.0
    dithered = gradient(1) + np.random.default_rng(0).integers(-2, 3, (256, 256, 1))
    assert facts(dithered.astype(np.uint8))["banding"].value < 1
    for ground in ("white", "grey", "yellow", "blue"):
        assert facts(draw(disc(), GROUNDS[ground], BLUE, shadow=0.5, falloff=0.4))["banding"].value < 1


def test_one_edge_is_no_band() -> None:
    two = np.full((128, 128, 3), 200, np.uint8)
    two[:, 64:] = 192
    assert facts(two)["banding"].value == 0.0


def test_bands_of_a_spoilt_ground() -> None:
    fine = draw(disc(), GROUNDS["grey"], BLUE, falloff=0.5)
    spoilt = np.where(disc()[..., None], fine, fine // 8 * 8).astype(np.uint8)
    assert facts(spoilt)["banding"].value > 30 > facts(fine)["banding"].value


@pytest.mark.parametrize(
    ("ground", "prompt", "low", "high"),
    [
        ((255, 255, 255), "a mug on a white background", 0.0, 0.1),
        ((128, 128, 128), "a mug on a grey background", 0.0, 0.1),
        ((255, 235, 200), "a mug on a white background", 15.0, 25.0),
        ((200, 215, 235), "a mug on a grey background", 8.0, 16.0),
        ((232, 236, 240), "a mug", 1.5, 4.0),
    ],
)
def test_cast_of_a_ground_that_should_be_neutral(
    ground: tuple[int, int, int], prompt: str, low: float, high: float
) -> None:
    found = facts(draw(disc(), ground, BLUE), prompt)["colour_cast"]
    assert isinstance(found.value, float)
    assert low <= found.value <= high


def test_a_casts_hue_is_named() -> None:
    sentence = facts(draw(disc(), (255, 235, 200), BLUE), "a mug on a white background")["colour_cast"].sentence
    assert "orange" in sentence or "yellow" in sentence
    sentence = facts(draw(disc(), (200, 215, 240), BLUE), "a mug on a white background")["colour_cast"].sentence
    assert "towards blue" in sentence


@pytest.mark.parametrize(
    ("ground", "prompt"), [("yellow", "a mug"), ("white", "a mug on a yellow background"), ("black", "a mug")]
)
def test_no_cast_where_nothing_is_surely_neutral(ground: str, prompt: str) -> None:
    found = facts(draw(disc(), GROUNDS[ground], BLUE), prompt)["colour_cast"]
    assert found.value is None
    assert "neutral" in found.sentence


def test_clipped_areas_are_pointed_at() -> None:
    picture = draw(disc(), GROUNDS["yellow"], (119, 119, 119))
    picture[100:120, 90:140] = 255
    found = facts(picture)
    assert found["clipped_highlights"].regions == ((90, 100, 140, 120),)
    assert found["clipped_shadows"].regions == ()

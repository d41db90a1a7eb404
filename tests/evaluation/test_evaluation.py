"""Evidence about drawn pictures whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from packshot.evaluation import COLOUR_NAMES, Asked, asked_colour, colour_name, evaluate, ssim
from packshot.product import lab_from_srgb
from packshot.result import Evidence, Pixels
from packshot.spec import Mode
from tests.product.drawings import GROUNDS, disc, draw
from training.render import on_clutter, on_texture

BLUE = (30, 60, 160)


def spec(prompt: str = "photo of a mug on a yellow background", mode: Mode = Mode.TEXT_TO_IMAGE) -> Asked:
    return Asked(prompt, mode=mode)


def facts(pixels: Pixels, resolved: Asked | None = None, source: Pixels | None = None) -> dict[str, Evidence]:
    found = evaluate(pixels, resolved or spec(), source)
    assert len({entry.name for entry in found}) == len(found)
    assert all(entry.sentence.endswith(".") for entry in found)
    return {entry.name: entry for entry in found}


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_ground_is_called_by_its_name(ground: str) -> None:
    found = facts(draw(disc(), GROUNDS[ground], BLUE, shadow=0.4, falloff=0.1))
    assert found["background_colour"].value == ground
    assert ground in found["background_colour"].sentence


def test_the_renderers_grounds_have_their_names() -> None:
    colours = pytest.importorskip("training.render.colours").BACKGROUND_COLOURS
    for name, colour in colours.items():
        lab = lab_from_srgb(np.array([round(255 * channel) for channel in colour], np.uint8))
        assert colour_name(lab) == name.removeprefix("light ")


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_name(colour: tuple[int, int, int]) -> None:
    assert colour_name(lab_from_srgb(np.array(colour, np.uint8))) in COLOUR_NAMES


def test_white_is_counted_exactly() -> None:
    picture = draw(disc(), GROUNDS["white"], BLUE)
    assert facts(picture)["background_pure_white"].value == 100.0
    almost = picture.copy()
    almost[:128][(picture[:128] == 255).all(-1)] = 254
    found = facts(almost)
    assert found["background_pure_white"].value == pytest.approx(50.0, abs=0.5)
    assert found["background_colour"].value == "white"


def test_unevenness_grows_with_the_fall_off() -> None:
    values = [
        facts(draw(disc(), GROUNDS["grey"], BLUE, falloff=f))["background_unevenness"].value for f in (0, 0.3, 0.6)
    ]
    assert values[0] == 0.0
    assert isinstance(values[1], float)
    assert isinstance(values[2], float)
    assert 1.0 < values[1] < values[2]


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("photo of a pair of running shoes on a white background, studio lighting", "white"),
        ("a red mug on a pure white seamless background", "white"),
        ("a mug, Light Gray backdrop", "grey"),
        ("blue bag isolated on white", "white"),
        ("blue bag on plain yellow, soft shadow", "yellow"),
        ("white mug against a violet studio background", "purple"),
        ("a black and white background", None),
        ("a white mug on a wooden table", None),
        ("a white mug on a table, blurred background", None),
        ("a mug on a red background, on a blue background", None),
        ("red shoes on blue suede", None),
        ("", None),
    ],
)
def test_the_prompt_is_read(prompt: str, colour: str | None) -> None:
    assert asked_colour(prompt) == colour


def test_what_was_asked_is_compared_with_what_is_there() -> None:
    picture = draw(disc(), GROUNDS["yellow"], BLUE, shadow=0.3)
    assert facts(picture)["background_as_asked"].value == "yes"
    wrong = facts(picture, spec("a mug on a white background"))["background_as_asked"]
    assert wrong.value == "no"
    assert "yellow" in wrong.sentence
    assert "0 % of its border pure white" in wrong.sentence
    assert facts(picture, spec("a mug"))["background_as_asked"].value is None


@pytest.mark.parametrize(("centre", "radius"), [((0.5, 0.5), 0.3), ((0.4, 0.55), 0.25), ((0.5, 0.45), 0.42)])
def test_framing_of_a_disc(centre: tuple[float, float], radius: float) -> None:
    found = facts(draw(disc(centre=centre, radius=radius), GROUNDS["yellow"], BLUE, shadow=0.3))
    assert found["frame_fill"].value == pytest.approx(200 * radius, abs=2.0)
    assert found["off_centre"].value == pytest.approx(100 * max(abs(c - 0.5) for c in centre), abs=1.0)
    assert found["cut_at_border"].value == "no"
    (region,) = found["frame_fill"].regions
    wanted = [256 * (centre[i] + sign * radius) for sign in (-1, 1) for i in (0, 1)]
    assert region == pytest.approx(wanted, abs=3)


def test_fill_is_of_the_longer_sides_frame_side() -> None:
    picture = np.full((200, 400, 3), 255, np.uint8)
    picture[40:160, 150:250] = BLUE
    assert facts(picture)["frame_fill"].value == pytest.approx(100 * 120 / 200, abs=2)


@pytest.mark.parametrize(("centre", "side"), [((0.1, 0.5), "left"), ((0.5, 0.1), "top"), ((0.9, 0.9), "right, bottom")])
def test_a_cut_product_is_seen(centre: tuple[float, float], side: str) -> None:
    found = facts(draw(disc(centre=centre), GROUNDS["white"], BLUE))
    assert found["cut_at_border"].value == side
    assert side.split(", ")[0] in found["cut_at_border"].sentence


def test_no_framing_without_a_product_to_trust() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    for picture in (noise, np.full((128, 128, 3), 255, np.uint8)):
        found = facts(picture)
        for name in ("frame_fill", "off_centre", "cut_at_border"):
            assert found[name].value is None
            assert found[name].regions == ()
            assert "Not evaluated" in found[name].sentence
        assert "whole picture" in found["lightness"].sentence


def test_exposure_is_the_products() -> None:
    mask = disc()
    picture = draw(mask, GROUNDS["yellow"], (119, 119, 119))
    found = facts(picture)
    assert found["lightness"].value == pytest.approx(50.0, abs=1.5)
    assert found["clipped_highlights"].value == pytest.approx(0.0, abs=1.0)
    burnt = picture.copy()
    burnt[disc(radius=0.1)] = 255
    burnt[disc(centre=(0.35, 0.35), radius=0.05)] = 0
    found = facts(burnt)
    assert found["clipped_highlights"].value == pytest.approx(100 / 9, abs=0.8)
    assert found["clipped_shadows"].value == pytest.approx(100 / 36, abs=0.3)


def test_blur_takes_sharpness() -> None:
    picture = draw(disc(), GROUNDS["blue"], (180, 90, 30), noise=6.0)
    blurred = ndimage.gaussian_filter(picture, (1.5, 1.5, 0))
    sharp, soft = facts(picture)["sharpness"].value, facts(blurred)["sharpness"].value
    assert isinstance(sharp, float)
    assert isinstance(soft, float)
    assert sharp > 4 * soft


def naive_ssim(x: np.ndarray, y: np.ndarray) -> float:  # type: ignore[type-arg]
    """Equation 13 of Wang et al. 2004 for one 11 × 11 window, written out."""
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    mx, my = (window * x).sum(), (window * y).sum()
    vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
    cov = (window * (x - mx) * (y - my)).sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2)))


def test_ssim_is_the_papers() -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.integers(0, 256, (13, 12, 1), dtype=np.uint8).repeat(3, 2) for _ in range(2))
    x, y = one[..., 0].astype(float), other[..., 0].astype(float)
    expected = np.mean(
        [naive_ssim(x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]) for i in range(3) for j in range(2)]
    )
    assert ssim(one, other) == pytest.approx(expected, abs=1e-9)
    assert ssim(one, one) == pytest.approx(1.0)
    assert ssim(one, other) == pytest.approx(ssim(other, one))
    with pytest.raises(ValueError, match="expected equal shapes"):
        ssim(one, other[:12])


def test_likeness_needs_a_source_that_fits() -> None:
    picture = draw(disc(), GROUNDS["yellow"], BLUE)
    i2i = spec(mode=Mode.IMAGE_TO_IMAGE)
    for resolved, source in ((spec(), picture), (i2i, None), (i2i, picture[:100])):
        found = facts(picture, resolved, source)
        assert (found["likeness_psnr"].value, found["likeness_ssim"].value) == (None, None)
    moved = np.clip(picture.astype(int) + 10, 0, 255).astype(np.uint8)
    grey = np.full_like(picture, 100)
    found = facts(grey + 10, i2i, grey)
    assert found["likeness_psnr"].value == pytest.approx(10 * np.log10(255**2 / 100), abs=0.01)
    near, far = facts(moved, i2i, picture)["likeness_ssim"].value, facts(grey, i2i, picture)["likeness_ssim"].value
    assert isinstance(near, float)
    assert isinstance(far, float)
    assert near > 0.9 > far
    assert facts(picture, i2i, picture)["likeness_psnr"].value == "identical"


def test_evaluation_repeats_and_can_be_stored() -> None:
    picture = draw(disc(), GROUNDS["red"], BLUE, shadow=0.4, noise=2.0)
    one, two = evaluate(picture, spec(), None), evaluate(picture, spec(), None)
    assert one == two
    assert all(Evidence.model_validate_json(entry.model_dump_json()) == entry for entry in one)
    assert all(isinstance(entry.value, float | str | None) for entry in one)


@pytest.mark.parametrize(("on", "seed"), [(on_texture, 68_100_003), (on_clutter, 68_100_002)])
def test_framing_is_the_products_on_any_ground(on: Callable[[int, int], Any], seed: int) -> None:
    made = on(seed, 256)
    found = facts(made.picture)
    rows, columns = np.flatnonzero(made.mask.any(axis=1)), np.flatnonzero(made.mask.any(axis=0))
    assert found["frame_fill"].value == pytest.approx(100 * (max(np.ptp(rows), np.ptp(columns)) + 1) / 256, abs=3)
    assert found["cut_at_border"].value == "no"

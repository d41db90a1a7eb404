"""Repairs of pixels: what they do exactly, what they never touch, and what they leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from packshot.channels import CheckedPicture, Repaired, Transform, find_channel, judge_picture, repair_pixels
from packshot.channels.limits import limits_of
from packshot.channels.reframing import frame_for, shifted_inside
from packshot.result import Check, Pixels
from packshot.wiring import data_folder
from tests.channels.pictures import BLUE, rectangle
from tests.channels.test_check import channel_of
from tests.product.drawings import Mask, disc, draw

FOLDER = data_folder() / "channels"
AMAZON, GOOGLE, ZALANDO = (find_channel(name, FOLDER) for name in ("amazon-main", "google-merchant", "zalando"))
DAY = date(2026, 12, 1)
WHITE_RULE = "measure: background, colour: white"
PAPER = (238, 239, 241)
RED = (190, 40, 35)


SIDE = 560  # large enough for Amazon, small enough for a quick test


def repaired(picture: CheckedPicture, channel: Any, **options: Any) -> Repaired:
    return repair_pixels(picture, judge_picture(picture, channel, DAY), channel, on=DAY, **options)


def fixed(pixels: Pixels, channel: Any, **options: Any) -> Repaired:
    known = {key: options.pop(key) for key in ("alpha", "given") if key in options}
    return repaired(CheckedPicture(pixels, "PNG", 1000, **known), channel, **options)


def after(done: Repaired, channel: Any) -> dict[str, Check]:
    return {check.rule: check for check in judge_picture(CheckedPicture(done.pixels, "PNG", 1000), channel, DAY)}


def photo(size: int = 420, radius: float = 0.3, **options: Any) -> tuple[Pixels, Mask]:
    mask = disc(size, radius=radius)
    return draw(mask, PAPER, RED, **{"shadow": 0.35, "blur": 0.8, "noise": 0.6, **options}), mask


def test_the_ground_becomes_exactly_white_and_the_product_stays() -> None:
    pixels, mask = photo()
    before = pixels.copy()
    done = fixed(pixels, channel_of(WHITE_RULE))
    assert done.done == ("ground",)
    assert (done.pixels[~ndimage.binary_dilation(mask, iterations=7)] == 255).all()
    inside = ndimage.binary_erosion(mask, iterations=5)
    assert np.array_equal(done.pixels[inside], pixels[inside])
    assert np.array_equal(pixels, before)
    assert after(done, channel_of(WHITE_RULE))["rule"].verdict == "pass"
    assert any("shadow" in words for words in done.said)


def test_no_rim_of_the_old_ground_stays() -> None:
    """A bright product on a dark ground: the mixed pixels at its edge lose the dark."""
    mask = disc(400)
    pixels = draw(mask, (90, 92, 95), (235, 190, 60), blur=1.0)
    done = fixed(pixels, channel_of(WHITE_RULE))
    assert done.done == ("ground",)
    rim = ndimage.binary_dilation(mask, iterations=2) & ~ndimage.binary_erosion(mask, iterations=2)
    wanted = draw(mask, (255, 255, 255), (235, 190, 60), blur=1.0)
    off = np.abs(done.pixels[rim].astype(int) - wanted[rim]).mean()
    assert off < 12
    assert off < 0.4 * np.abs(pixels[rim].astype(int) - wanted[rim]).mean()


@pytest.mark.parametrize("percent", [30, 50, 97])
def test_the_frame_is_cropped_or_extended_and_the_product_stands_in_the_middle(percent: float) -> None:
    pixels = rectangle(1200, 1200, percent)
    pixels = np.roll(pixels, (9, 0), axis=(0, 1))
    done = fixed(pixels, GOOGLE)
    assert "frame" in done.done
    found = after(done, GOOGLE)["fill"]
    assert found.verdict == "pass"
    rows, columns = np.nonzero((done.pixels != 255).any(axis=-1))
    height, width = done.pixels.shape[:2]
    assert abs(rows.min() + rows.max() + 1 - height) <= 2
    assert abs(columns.min() + columns.max() + 1 - width) <= 2
    assert (done.pixels == BLUE).all(axis=-1).sum() == (pixels == BLUE).all(axis=-1).sum(), "no pixel is lost or new"


def test_the_transform_is_exact_and_does_the_same_again() -> None:
    pixels = rectangle(1500, 1200, 40)
    done = fixed(pixels, channel_of("measure: side, which: longest, max_px: 600"))
    assert done.done == ("size",)
    assert done.transform == Transform(0, 0, 1500, 1200, 600, 480)
    assert np.array_equal(done.transform.apply(pixels, (255, 255, 255)), done.pixels)


@pytest.mark.parametrize(("most", "side"), [(1.0, 300), (1.5, 300), (2.0, 500)])
def test_pixels_are_enlarged_only_as_far_as_allowed(most: float, side: int) -> None:
    done = fixed(rectangle(300, 300, 60), channel_of("measure: side, which: longest, min_px: 500"), enlarge_max=most)
    assert max(done.pixels.shape) == side
    if side == 300:
        (left,) = done.left
        assert "too few pixels: 300×300 px would have to be enlarged 1.67 times" in left.reason
        assert done.steps == ()
    else:
        assert done.steps == ("enlarged to 500×500 px by Lanczos",)


def test_a_frame_that_would_leave_too_few_pixels_is_not_made() -> None:
    done = fixed(rectangle(600, 600, 40), AMAZON)
    assert done.done == ()
    (left,) = done.left
    assert left.rule == "fill"
    assert "too few pixels" in left.reason
    assert fixed(rectangle(600, 600, 40), AMAZON, enlarge_max=2).done == ("frame", "size")


def test_zalandos_shape_is_made_on_white() -> None:
    done = fixed(rectangle(1600, 1600, 70), ZALANDO)
    verdicts = after(done, ZALANDO)
    assert verdicts["aspect ratio"].verdict == "pass"
    assert verdicts["background"].verdict == "pass"


def test_a_product_that_the_frame_cuts_is_not_reframed() -> None:
    pixels = rectangle(900, 900, 60)
    done = fixed(np.ascontiguousarray(pixels[300:]), GOOGLE)
    assert done.done == ()
    assert any("cuts the product at the top" in left.reason for left in done.left)


def test_nothing_is_built_on_a_doubtful_mask_unless_one_is_given() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (25, 25, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    channel = channel_of(WHITE_RULE)
    done = fixed(noise, channel)
    assert done.done == ()
    assert "the mask is doubtful" in done.left[0].reason
    mask = disc(200)
    told = fixed(noise, channel, given=(mask * 255).astype(np.uint8))
    assert told.done == ("ground",)
    assert (told.pixels[~mask] == 255).all()
    assert np.array_equal(told.pixels[mask], noise[mask])


def test_a_loose_thing_of_another_colour_is_not_whitened_away() -> None:
    pixels, mask = photo(shadow=0.0, noise=0.0)
    away = np.zeros(mask.shape, dtype=np.bool_)
    away[30:70, 30:70] = True
    pixels[away] = (40, 120, 60)
    done = fixed(pixels, channel_of(WHITE_RULE))
    if done.done:  # then it was taken for a part of the product, and stays
        assert np.array_equal(done.pixels[35:65, 35:65], pixels[35:65, 35:65])
    else:
        assert "neither the ground nor its shadow" in done.left[0].reason


def test_a_pale_part_with_an_outline_is_not_whitened_away() -> None:
    """A pale sleeve beside a dark body: a soft outline that fades, and hardly another colour than the paper."""
    body, sleeve = np.zeros((600, 600), bool), np.zeros((600, 600), bool)
    body[150:470, 170:330], sleeve[190:420, 330:450] = True, True
    pixels = draw(body, PAPER, (40, 50, 90), blur=0.8).astype(float)
    rim = sleeve & ~ndimage.binary_erosion(sleeve, iterations=3)
    rim[300:312] = False
    pixels[sleeve] -= 14
    pixels[rim] -= 30
    pixels = np.clip(ndimage.gaussian_filter(pixels, (0.8, 0.8, 0)), 0, 255).astype(np.uint8)
    done = fixed(pixels, channel_of(WHITE_RULE))
    middle = (slice(220, 390), slice(350, 430))
    if done.done:
        assert np.array_equal(done.pixels[middle], pixels[middle])
    else:
        assert "person has to look" in done.left[0].reason


def test_a_window_through_the_product_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network, which knows no rings, would fill it, and the mask would be doubted."""
    monkeypatch.setattr("packshot.product.finding.agreement", lambda _mask, _cover: 1.0)
    ring = disc(600, radius=0.35) & ~disc(600, radius=0.15)
    done = fixed(draw(ring, PAPER, RED, blur=0.8), channel_of(WHITE_RULE))
    assert done.done == ("ground",)
    assert (done.pixels[280:320, 280:320] == 255).all()
    assert any("encloses a patch" in words for words in done.said)


def test_what_keeps_every_rule_is_left_alone() -> None:
    pixels = rectangle(1700, 1700, 88)
    done = fixed(pixels, AMAZON)
    assert (done.done, done.steps, done.left) == ((), (), ())
    assert done.pixels is pixels


@settings(max_examples=6, deadline=None)
@given(
    radius=st.floats(0.12, 0.46),
    shadow=st.sampled_from([0.0, 0.3]),
    paper=st.sampled_from([(255, 255, 255), PAPER, (205, 205, 208)]),
    channel=st.sampled_from([AMAZON, GOOGLE, ZALANDO]),
    shift=st.tuples(st.integers(-25, 25), st.integers(-25, 25)),
)
def test_repairing_again_changes_nothing(
    radius: float, shadow: float, paper: Any, channel: Any, shift: tuple[int, int]
) -> None:
    mask = disc(SIDE, (0.5 + shift[0] / SIDE, 0.5 + shift[1] / SIDE), radius)
    pixels = draw(mask, paper, RED, shadow=shadow, blur=0.7)
    first = fixed(pixels, channel)
    again = fixed(first.pixels, channel)
    if first.done:
        broken = [check.rule for check in after(first, channel).values() if check.verdict == "fail"]
        assert {"background", "fill", "aspect ratio"}.isdisjoint(broken) or again.done == ()
    assert again.done == ()
    assert again.pixels is first.pixels
    assert np.array_equal(fixed(pixels, channel).pixels, first.pixels)
    if "size" not in first.done:
        core = ndimage.binary_erosion(mask, iterations=5)
        moved = np.full(first.pixels.shape[:2], False)
        y, x = np.nonzero(core)
        y, x = y - first.transform.top, x - first.transform.left
        moved[y, x] = True
        assert np.array_equal(first.pixels[y, x], pixels[core])


@given(
    size=st.tuples(st.integers(100, 4000), st.integers(100, 4000)),
    part=st.tuples(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0, 1), st.floats(0, 1)),
    channel=st.sampled_from([AMAZON, GOOGLE, ZALANDO]),
)
def test_a_frame_never_cuts_the_product(
    size: tuple[int, int], part: tuple[float, float, float, float], channel: Any
) -> None:
    across, along = max(8, round(size[0] * part[0])), max(8, round(size[1] * part[1]))
    left, top = round((size[0] - across) * part[2]), round((size[1] - along) * part[3])
    box = (left, top, left + across, top + along)
    limits = limits_of(channel, DAY)
    frames = [frame_for(size, box, limits)]
    inside = shifted_inside(frames[0], size)
    if inside is not None:
        assert Transform(*inside, *inside[2:]).extends(*size) is False
        frames.append(inside)
    for x, y, width, height in frames:
        assert x <= box[0]
        assert y <= box[1]
        assert x + width >= box[2]
        assert y + height >= box[3]
    x, y, width, height = frames[0]
    assert abs(2 * x + width - (box[0] + box[2])) <= 2
    assert abs(2 * y + height - (box[1] + box[3])) <= 2
    if limits.aspect is not None and min(width, height) > 400:
        assert height / width == pytest.approx(1.44, rel=0.005)


@pytest.mark.slow
def test_renders_lose_nothing_of_their_product() -> None:
    """Truth is the renderer's; white and pale products on white may lose a little, which is said."""
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    repaired_ones = 0
    for seed in range(41_000, 41_012):
        render = training.render(training.random_scene(seed))
        done = fixed(render.picture, channel_of(WHITE_RULE))
        if "ground" not in done.done:
            continue
        repaired_ones += 1
        core = ndimage.binary_erosion(render.mask, iterations=2)
        gone = core & (done.pixels == 255).all(axis=-1) & (render.picture.min(axis=-1) < 247)
        assert gone.sum() <= 0.05 * core.sum(), seed
        assert gone.sum() <= 0.01 * core.sum() or done.said, seed
    assert repaired_ones >= 6


@pytest.mark.slow
def test_a_black_handle_on_black_is_not_whitened_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mask ends below the handle, and would be sure of it without the network; the handle's highlights tell."""
    monkeypatch.setattr("packshot.product.finding.agreement", lambda _mask, _cover: 1.0)
    pytest.importorskip("numba")
    training = pytest.importorskip("training.render")
    render = training.render(training.random_scene(41_040))
    picture = CheckedPicture(render.picture, "PNG", 1000)
    assert not picture.cutout.is_doubtful, "else this test shows nothing"
    assert (render.mask & ~picture.cutout.mask).sum() > 0.03 * render.mask.sum(), "else this test shows nothing"
    done = repaired(picture, channel_of(WHITE_RULE))
    assert done.done == ()
    assert "brighter than the ground" in done.left[0].reason

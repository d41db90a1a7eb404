"""What a lamp and another ground do to a product's look, and what they cannot have done."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.evaluation.ground_light import without_ground
from packshot.evaluation.one_light import one_light
from packshot.evaluation.seen_ground import Grounds, grounds_of, shown_by_both
from tests.product.drawings import disc

RED, WHITE, GREY = np.array([0.6, 0.02, 0.02]), np.ones(3), np.full(3, 0.3)
BLUE = np.array([0.02, 0.05, 0.35])


def scene(product: np.ndarray, ground: np.ndarray) -> np.ndarray:
    return np.where(disc(radius=0.3)[..., None], product, ground)


def test_what_a_ground_throws_is_taken_out_and_no_more() -> None:
    change = RED - GREY
    surface = np.tile(GREY, (4, 1))
    thrown = surface + 0.2 * change
    assert without_ground(surface, thrown, change) == pytest.approx(surface, abs=1e-9)
    too_much = surface + 0.9 * np.array([0.3, -0.28, -0.28])
    assert np.abs(without_ground(surface, too_much, change) - surface).max() > 0.1
    across = surface + np.array([0.0, 0.2, 0.0])
    assert np.abs(without_ground(surface, across, change) - surface).max() > 0.15, "another colour is no ground's"


def test_where_the_ground_stays_nothing_is_taken_out() -> None:
    picture = np.tile(RED, (4, 1))
    assert np.array_equal(without_ground(np.tile(GREY, (4, 1)), picture, np.zeros(3)), picture)


def test_a_ground_that_stays_says_that_no_lamp_changed() -> None:
    mask = disc(radius=0.3)
    source, dimmer = scene(BLUE, GREY), scene(0.75 * BLUE, GREY)
    stays = one_light(source, dimmer, mask, grounds_of(source, dimmer, mask, mask))
    assert stays.lamp.gains == (1.0, 1.0, 1.0)
    both = scene(0.75 * BLUE, 0.75 * GREY)
    relit = one_light(source, both, mask, grounds_of(source, both, mask, mask))
    assert relit.lamp.gain == pytest.approx(0.75, abs=0.02)
    assert np.abs(relit.change).max() < 0.02


def test_clipped_paper_hides_a_brighter_lamp_and_no_dimmer_one() -> None:
    mask = disc(radius=0.3)
    source = scene(BLUE, WHITE)
    gains = []
    for gain in (0.75, 1.25):
        picture = scene(gain * BLUE, WHITE)
        gains.append(one_light(source, picture, mask, grounds_of(source, picture, mask, mask)).lamp.gain)
    assert gains == pytest.approx([1.0, 1.25], abs=0.02)


def test_what_is_ground_in_both_is_no_product() -> None:
    mask = disc(radius=0.3)
    one, two = scene(BLUE, RED), scene(BLUE, GREY)
    shadow = np.zeros_like(mask)
    shadow[225:240, 100:150] = True
    one[shadow], two[shadow] = 0.6 * RED, 0.6 * GREY
    kept = mask | shadow
    grounds = grounds_of(one, two, kept, kept)
    assert grounds is not None
    assert grounds.before == pytest.approx(RED)
    ground = shown_by_both(one, two, grounds)
    assert ground[shadow].all()
    assert not ground[mask].any()
    two[shadow] = BLUE
    assert not shown_by_both(one, two, grounds)[shadow].any(), "only one shows it"


def test_without_a_ground_in_sight_nothing_is_known_of_it() -> None:
    everywhere = np.ones((64, 64), dtype=np.bool_)
    light = np.full((64, 64, 3), 0.4)
    assert grounds_of(light, light, everywhere, everywhere) is None
    assert grounds_of(light, light, ~everywhere, everywhere) is None
    assert np.array_equal(one_light(light, light, everywhere, None).change, np.zeros(3))
    assert not shown_by_both(light, light, Grounds(RED, RED)).any()

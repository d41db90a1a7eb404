"""Effects of known size: told where they are, not told where they are not, and said in plain words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.experiment import Effect, chance, effects, left_out
from packshot.experiment.effect_words import seen
from tests.experiment.observations import ARM, BASE, noise, observation, paired

numbers = st.floats(-100, 100, allow_nan=False).map(lambda value: round(value, 3))
differences = st.lists(numbers, min_size=1, max_size=8)


def only(found: list[Effect]) -> Effect:
    assert len(found) == 1
    return found[0]


def test_a_known_difference_is_found_with_its_sign() -> None:
    effect = only(effects(paired([0.030, 0.025, 0.040, 0.020, 0.040])))
    assert effect.shown is True
    assert effect.difference == pytest.approx(0.031)
    assert effect.pairs == 5
    assert effect.interval is not None
    # by hand: s = 0.00894, t(0.975, 4) = 2.776, half = 2.776 · 0.00894 / √5 = 0.0111
    assert (effect.interval.low, effect.interval.high) == pytest.approx((0.0199, 0.0421), abs=1e-4)
    assert effect.interval.method == "paired t"
    assert effect.sentence == "Guidance 12 raises adherence by 0.031 (95 % 0.020 to 0.042, 5 pairs)."
    lowered = only(effects(paired([-0.030, -0.025, -0.040, -0.020, -0.040])))
    assert lowered.sentence == "Guidance 12 lowers adherence by 0.031 (95 % 0.020 to 0.042, 5 pairs)."


def test_no_difference_shown_is_said_in_those_words() -> None:
    effect = only(effects(paired([-0.010, 0.004, -0.008, 0.006, -0.002])))
    assert effect.shown is False
    assert effect.sentence == (
        "No difference shown in adherence by guidance 12: −0.0020 (95 % −0.0108 to 0.0068, 5 pairs)."
    )
    assert "no effect" not in effect.sentence.lower()


@pytest.mark.parametrize(("count", "words"), [(1, "one pair"), (2, "two pairs")])
def test_below_three_pairs_there_is_no_interval(count: int, words: str) -> None:
    effect = only(effects(paired([0.3] * count)))
    assert (effect.interval, effect.bootstrap, effect.shown) == (None, None, None)
    assert effect.sentence == f"Adherence: 0.30 higher with guidance 12; {words}, cannot be told from luck."


def test_a_bootstrap_stands_beside_from_twenty_pairs() -> None:
    drawn = noise(1).normal(0.5, 1, 20)
    assert only(effects(paired(drawn[:19]))).bootstrap is None
    effect = only(effects(paired(drawn)))
    assert effect.bootstrap is not None
    assert effect.interval is not None
    assert effect.bootstrap.method == "bootstrap"
    assert effect.bootstrap.low == pytest.approx(effect.interval.low, abs=0.2)
    assert effect == only(effects(paired(drawn))), "a report that is written again is the same"
    assert effect.bootstrap != only(effects(paired(drawn), seed=1)).bootstrap


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.005, "L*", "less than 0.01 L*"), (0.039, "%", "0.04 percentage points"), (0.01, "s", "0.01 s"),
        (1.23, "dB", "1.2 dB"), (0.0051, None, "0.0051"),
    ],
)  # fmt: skip
def test_a_difference_with_a_unit_has_two_decimals_at_most(value: float, unit: str | None, words: str) -> None:
    assert seen(value, unit) == words


def test_products_are_clusters_from_three_on() -> None:
    """Seeds agree within a product and products do not: by seeds alone the interval would be far too narrow."""
    shifts = {"mug": 0.1, "shoe": 0.9, "watch": -0.4}
    found = [
        o for product, shift in shifts.items() for o in paired([shift + 0.001 * s for s in range(8)], product=product)
    ]
    effect = only(effects(found))
    assert (effect.pairs, effect.products) == (24, 3)
    assert effect.interval is not None
    assert effect.interval.method == "cluster t"
    assert effect.shown is False
    # by hand over the three products' means 0.1035, 0.9035, -0.3965: s = 0.656, t(0.975, 2) = 4.303
    assert (effect.interval.low, effect.interval.high) == pytest.approx((0.2035 - 1.6297, 0.2035 + 1.6297), abs=1e-3)
    assert effect.bootstrap is None, "three products are no twenty"
    assert effect.sentence.endswith("24 pairs of 3 products).")
    two = only(effects([o for o in found if o.product != "watch"]))
    assert two.interval is not None
    assert two.interval.method == "paired t"
    assert two.sentence.endswith("16 pairs, for mug and shoe only).")
    assert only(effects([o for o in found if o.product == "mug"])).sentence.endswith("8 pairs, for mug alone).")


def test_products_weigh_alike_however_many_seeds_they_have() -> None:
    found = [
        *paired([1.0, 1.1, 0.9, 1.0, 1.0, 1.0], product="mug"),
        *paired([2.0], product="shoe"),
        *paired([3.0], product="watch"),
    ]
    effect = only(effects(found))
    assert effect.difference == pytest.approx(2.0)
    assert effect.arm_mean - effect.against_mean == pytest.approx(2.0)


def test_twenty_products_have_a_cluster_bootstrap() -> None:
    draw = noise(2)
    found = [o for k in range(20) for o in paired(draw.normal(draw.normal(1, 1), 0.1, 2), product=f"p{k:02}")]
    effect = only(effects(found))
    assert effect.bootstrap is not None
    assert effect.bootstrap.method == "cluster bootstrap"


def test_missing_blocks_are_said() -> None:
    found = paired([0.1, 0.2, 0.3, 0.2, 0.2])
    assert "4 of 5 pairs" in only(effects(found[:-1])).sentence
    nothing = [observation(BASE, math.nan, seed=0), *found[1:]]
    assert "4 of 5 pairs" in only(effects(nothing)).sentence
    endless = [observation(ARM, math.inf, seed=0), *[o for o in found if (o.arm, o.seed) != (ARM, 0)]]
    assert "4 of 5 pairs" in only(effects(endless)).sentence
    few = only(effects(found[:5]))
    assert few.pairs == 2
    assert few.sentence.endswith("two pairs, cannot be told from luck (2 of 3 pairs).")


def test_equal_numbers_show_no_difference() -> None:
    effect = only(effects(paired([0.0] * 5, levels=lambda seed: seed / 3)))
    assert (effect.shown, effect.interval, effect.difference) == (False, None, 0)
    assert (
        effect.sentence
        == "No difference shown in adherence by guidance 12: the same in all that was compared (5 pairs)."
    )


def test_a_difference_without_spread_has_no_interval_and_needs_six() -> None:
    """Yes or no flips in every pair: an interval from 1 to 1 would claim what five pairs cannot."""
    five, six = (only(effects(paired([1.0] * count))) for count in (5, 6))
    assert (five.interval, five.shown) == (None, None)
    assert "too few without spread to tell from luck" in five.sentence
    assert (six.interval, six.shown) == (None, True)
    assert six.sentence == "Adherence: 1.0 higher with guidance 12 each time (6 pairs; no spread, so no interval)."
    rounding = only(effects(paired([0.1] * 5, levels=lambda seed: 10 * seed / 3)))
    assert rounding.interval is None, "what only rounding spreads has no spread"


def test_the_same_picture_is_no_pair_and_that_is_said() -> None:
    same = [observation(arm, 0.5, seed=seed, spec_hash=f"ps1:{seed}") for arm in (BASE, ARM) for seed in range(5)]
    assert effects(same) == []
    assert [entry.sentence for entry in left_out(same)] == [
        "guidance12 asks for the same pictures as baseline: nothing to compare."
    ]
    unknown = [observation(arm, 0.5, seed=seed, spec_hash="") for arm in (BASE, ARM) for seed in range(5)]
    assert only(effects(unknown)).pairs == 5


def test_what_cannot_be_compared_is_said() -> None:
    alone = [observation(ARM, 0.5)]
    assert effects(alone) == []
    assert "nothing was measured of baseline" in left_out(alone)[0].sentence
    apart = [observation(BASE, 0.5, seed=1), observation(ARM, 0.5, seed=2)]
    assert effects(apart) == []
    assert "no seed and product in common" in left_out(apart)[0].sentence
    other = [
        *[observation(arm, 0.5, measure="seconds") for arm in (BASE, ARM)],
        observation(ARM, 0.5, measure="likeness_ssim"),
    ]
    assert [effect.measure for effect in effects(other)] == ["seconds"]
    assert left_out(other)[0].sentence == "guidance12 has numbers that baseline has not: likeness SSIM."
    assert left_out(paired([0.1])) == []


def test_an_arm_may_be_compared_with_another_than_the_baseline() -> None:
    found = [
        observation(arm, value + 0.01 * seed**2 * (arm == "b"), seed=seed, against=against, change=change)
        for arm, value, against, change in (
            (BASE, 0.9, None, ()),
            ("a", 0.1, BASE, (("source", "photo.jpg"),)),
            ("b", 0.3, "a", (("source", "photo.jpg"), ("strength", "0.8"))),
        )
        for seed in range(4)
    ]
    effect = next(entry for entry in effects(found) if entry.arm == "b")
    assert (effect.against, effect.against_mean) == ("a", pytest.approx(0.1))
    assert effect.sentence.startswith("Strength 0.8 against a raises adherence by ")


def test_percentages_differ_by_percentage_points() -> None:
    found = [
        observation(arm, value + seed * (arm == ARM), seed=seed, measure="frame_fill", unit="%")
        for arm, value in ((BASE, 60.0), (ARM, 70.0))
        for seed in range(3)
    ]
    assert only(effects(found)).sentence == (
        "Guidance 12 raises frame fill by 11.0 percentage points (95 % 8.5 to 13.5, 3 pairs)."
    )


def test_a_prompt_is_called_by_its_arm() -> None:
    found = [observation(arm, 1.0, change=(("prompt", "x" * 60),) if arm == ARM else ()) for arm in (BASE, ARM)]
    assert "with guidance12;" in only(effects(found)).sentence


def test_chance_says_how_many_differences_luck_would_show() -> None:
    shown = effects(paired([0.030, 0.025, 0.040, 0.020, 0.040]))
    assert chance(shown * 20).sentence == (
        "20 differences looked at, 20 shown; were there no effect at all, luck alone would show about 1.0 (5 %)."
    )
    assert "about 130 (5 %)" in chance(shown * 2600).sentence
    assert chance(effects(paired([0.1]))).looked_at == 0
    assert "none can be told from luck" in chance([]).sentence


def test_without_an_effect_about_one_in_twenty_is_shown_and_never_more_by_far() -> None:
    draw = noise(3)
    shown = [only(effects(paired(draw.normal(0, 1, 5), levels=lambda s: 10.0 * s))).shown for _ in range(1000)]
    assert 0.93 <= shown.count(False) / len(shown) <= 0.97


@given(differences, numbers)
@settings(max_examples=60, deadline=None)
def test_a_level_of_each_block_changes_nothing(drawn: list[float], level: float) -> None:
    plain, shifted = only(effects(paired(drawn))), only(effects(paired(drawn, levels=lambda seed: level * (seed + 1))))
    assert shifted.difference == pytest.approx(plain.difference, abs=1e-9)
    if plain.interval is not None and shifted.interval is not None:
        assert (shifted.interval.low, shifted.interval.high) == pytest.approx(
            (plain.interval.low, plain.interval.high), abs=1e-6
        )


@given(differences)
@settings(max_examples=60, deadline=None)
def test_swapped_arms_swap_the_sign(drawn: list[float]) -> None:
    one, other = only(effects(paired(drawn))), only(effects(paired([-value for value in drawn])))
    assert other.difference == pytest.approx(-one.difference)
    assert other.shown == one.shown
    if one.interval is not None and other.interval is not None:
        assert (other.interval.low, other.interval.high) == pytest.approx((-one.interval.high, -one.interval.low))
    # and truly swapped: the arm as what is compared with
    names = {BASE: ARM, ARM: BASE}
    swapped = [observation(names[o.arm], o.value, seed=o.seed, product=o.product) for o in paired(drawn, levels=float)]
    assert only(effects(swapped)).difference == pytest.approx(-only(effects(paired(drawn, levels=float))).difference)


@given(st.lists(numbers, min_size=3, max_size=24), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_observations_does_not_matter(drawn: list[float], random: object) -> None:
    found = [*paired(drawn[::2], product="mug"), *paired(drawn[1::2], product="shoe")]
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert effects(shuffled) == effects(found)


def test_sentences_hold_no_bare_minus_and_no_exponent() -> None:
    for scale in (1e-7, 1e-3, 1.0, 1e6):
        sentence = only(effects(paired(np.array([-3.0, -2.0, 4.0, 1.0]) * scale))).sentence
        assert "-" not in sentence
        assert "e-" not in sentence

"""Slopes along a parameter: direction, interval, turning points, and which arms belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from packshot.experiment import Observation, Trend, trends
from tests.experiment.observations import BASE, noise, observation


def along(
    parameter: str,
    means: Mapping[float, Sequence[float]],
    *,
    base: float | None = None,
    measure: str = "adherence",
    where: tuple[tuple[str, str], ...] = (),
    product: str | None = None,
) -> list[Observation]:
    """An arm for each level with a value for each seed; `base` is the level that the baseline has."""
    return [
        observation(
            BASE if level == base else f"{parameter}{level:g}",
            value,
            seed=seed,
            product=product,
            measure=measure,
            change=() if level == base else (*where, (parameter, f"{level:g}")),
            settings=(("steps", 30.0), (parameter, level)) if parameter != "steps" else ((parameter, level),),
        )
        for level, values in means.items()
        for seed, value in enumerate(values)
    ]


def only(found: list[Trend]) -> Trend:
    assert len(found) == 1
    return found[0]


def test_a_known_slope_is_found_with_its_interval() -> None:
    draw = noise(4)
    levels = (0.2, 0.4, 0.6, 0.85)
    offsets = draw.normal(0, 0.2, 5)
    means = {x: [0.9 - 0.41 * x + offsets[s] + draw.normal(0, 0.005) for s in range(5)] for x in levels}
    trend = only(trends(along("strength", means, measure="likeness_ssim", where=(("source", "photo.jpg"),))))
    assert trend.shown is True
    assert trend.interval is not None
    assert trend.interval.low <= -0.41 <= trend.interval.high
    assert trend.interval.high - trend.interval.low < 0.05, "a block's own level costs nothing"
    assert trend.where == (("source", "photo.jpg"),)
    assert [level for level, _mean, _interval in trend.levels] == list(levels)
    assert all(interval is not None for _level, _mean, interval in trend.levels)
    assert trend.sentence.startswith("Over strength 0.2 to 0.85 (source photo.jpg), likeness SSIM falls by 0.4")
    assert trend.sentence.endswith("; 5 seeds). The means go one way.")


def test_the_baseline_is_a_level_at_its_own_value() -> None:
    trend = only(trends(along("guidance", {4: [0.1, 0.2, 0.1], 7.5: [0.4, 0.5, 0.4], 12: [0.3, 0.3, 0.3]}, base=7.5)))
    assert [(level, round(mean, 3)) for level, mean, _interval in trend.levels] == [(4, 0.133), (7.5, 0.433), (12, 0.3)]
    assert trend.sentence.endswith("The means do not go one way: highest at guidance 7.5.")


def test_no_slope_shown_is_said() -> None:
    trend = only(trends(along("steps", {15: [0.5, 0.4, 0.6], 30: [0.4, 0.6, 0.5], 50: [0.5, 0.5, 0.5]}, base=30)))
    assert trend.shown is False
    assert trend.sentence.startswith("No slope shown in adherence over steps 15 to 50: ")
    assert " per step (95 %" in trend.sentence


@pytest.mark.parametrize(("blocks", "words"), [(1, "one seed"), (2, "two seeds")])
def test_few_blocks_have_no_interval(blocks: int, words: str) -> None:
    trend = only(trends(along("guidance", {4: [0.1] * blocks, 7.5: [0.4] * blocks, 12: [0.5] * blocks})))
    assert (trend.interval, trend.shown) == (None, None)
    assert trend.sentence.endswith(f"; {words}, cannot be told from luck.")


def test_two_levels_are_no_trend() -> None:
    assert trends(along("guidance", {4: [0.1, 0.2, 0.3], 7.5: [0.4, 0.5, 0.6]})) == []


def test_arms_that_change_something_else_stand_apart() -> None:
    plain = along("guidance", {4: [0.1] * 3, 7.5: [0.2] * 3, 12: [0.3] * 3}, base=7.5)
    other = along("guidance", {4.5: [0.9] * 3, 8: [0.8] * 3}, where=(("scheduler", "DDIM"),))
    assert only(trends([*plain, *other])).where == ()


def test_a_block_that_lacks_a_level_is_left_out_and_said() -> None:
    found = along("guidance", {4: [0.1, 0.2, 0.3, 0.1], 7.5: [0.4, 0.6, 0.6, 0.4], 12: [0.5, 0.5, 0.6]}, base=7.5)
    trend = only(trends(found))
    assert trend.blocks == 3
    assert "3 of 4 seeds" in trend.sentence


def test_several_products_are_clusters() -> None:
    found = [
        entry
        for product, slope in (("mug", 0.1), ("shoe", 0.12), ("watch", 0.11))
        for entry in along("guidance", {x: [slope * x] * 2 for x in (4, 7.5, 12)}, product=product)
    ]
    trend = only(trends(found))
    assert trend.interval is not None
    assert trend.interval.method == "cluster t"
    assert trend.slope == pytest.approx(0.11)
    assert "6 blocks of 3 products" in trend.sentence


def test_a_constant_has_no_slope() -> None:
    trend = only(trends(along("guidance", {x: [0.1 + 0.2 * s for s in range(4)] for x in (4, 7.5, 12)})))
    assert trend.shown is False
    assert trend.sentence == (
        "No slope shown in adherence over guidance 4 to 12: none in all that was compared (4 seeds)."
    )


def test_means_of_shares_stay_between_nothing_and_all() -> None:
    found = along("guidance", {4: [1, 0, 1, 1, 1], 7.5: [0, 0, 1, 0, 0], 12: [0, 1, 0, 0, 0]}, measure="collapsed")
    ends = [
        end
        for _level, _mean, interval in only(trends(found)).levels
        if interval
        for end in (interval.low, interval.high)
    ]
    assert (min(ends), max(ends)) == (0, 1)

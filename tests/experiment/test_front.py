"""Quality against seconds: what nothing beats, and what is recommended."""

from __future__ import annotations

import pytest

from packshot.errors import RecordError
from packshot.experiment import Observation, Recommendation, Setting, find_effects, front, recommend
from packshot.report import open_language
from tests.experiment.observations import BASE, noise, observation


def choices(
    table: dict[str, tuple[float, float]], *, seeds: int = 5, measure: str = "adherence", spread: float = 0.01
) -> list[Observation]:
    """Arms with a mean quality and seconds; a block's level is common, an arm's own deviation small."""
    draw, machine = noise(5), noise(6)
    levels = draw.normal(0, 0.1, seeds)
    return [
        entry
        for arm, (quality, seconds) in table.items()
        for seed in range(seeds)
        for entry in (
            observation(arm, quality + levels[seed] + draw.normal(0, spread), seed=seed, measure=measure),
            observation(arm, seconds * (1 + machine.normal(0, 0.01)), seed=seed, measure="seconds", unit="s"),
        )
    ]


TABLE = {
    BASE: (0.60, 1.0),
    "steps15": (0.60, 0.5),
    "steps5": (0.30, 0.2),
    "steps50": (0.70, 1.7),
    "slow": (0.50, 1.8),
}


def advice(found: list[Observation], at_least: float | None = None) -> Recommendation:
    return recommend(found, front(found, "adherence"), "adherence", at_least)


def test_the_front_holds_what_nothing_beats() -> None:
    settings = front(choices(TABLE, spread=1e-6), "adherence")
    assert [setting.arm for setting in settings] == ["steps5", "steps15", BASE, "steps50", "slow"]
    on_front = {setting.arm for setting in settings if setting.on_front}
    assert {"steps5", "steps15", "steps50"} <= on_front
    assert "slow" not in on_front
    assert {setting.pictures for setting in settings} == {5}


def test_equals_beat_each_other_only_where_one_is_better() -> None:
    twins = [
        *[observation(arm, quality) for arm, quality in ((BASE, 0.5), ("twin", 0.5), ("worse", 0.4))],
        *[observation(arm, 1.0, measure="seconds") for arm in (BASE, "twin", "worse")],
    ]
    assert {s.arm: s.on_front for s in front(twins, "adherence")} == {BASE: True, "twin": True, "worse": False}


def test_less_is_better_for_some_measures() -> None:
    found = choices({BASE: (5.0, 1.0), "clean": (3.0, 0.5), "rough": (9.0, 0.4)}, measure="noise")
    settings = front(found, "noise")
    assert {s.arm: s.on_front for s in settings} == {"rough": True, "clean": True, BASE: False}
    chosen = recommend(found, settings, "noise", 6.0)
    assert chosen.setting is not None
    assert chosen.setting.arm == "clean"
    assert "of at most 6" in chosen.sentence


def test_the_quickest_that_reaches_what_is_asked() -> None:
    assert _arm(advice(choices(TABLE), 0.2)) == "steps5"
    assert _arm(advice(choices(TABLE), 0.55)) in ("steps15", BASE)
    assert _arm(advice(choices(TABLE), 0.9)) is None
    assert "steps50 comes nearest with 0." in advice(choices(TABLE), 0.9).sentence


def test_without_a_wish_it_is_about_as_good_as_the_baseline() -> None:
    chosen = advice(choices(TABLE))
    assert _arm(chosen) == "steps15"
    assert chosen.effect is not None
    assert chosen.effect.shown is False
    assert "about as good as the baseline" in chosen.sentence
    assert "It may still be worse by up to 0.0" in chosen.sentence


def test_what_is_only_not_shown_to_be_worse_is_not_recommended() -> None:
    """Yes or no in five pairs, two of them worse: the interval holds 0, and the setting is no good for all that."""
    found = [
        entry
        for arm, values, seconds in ((BASE, (1, 1, 1, 1, 1), 1.0), ("quick", (0, 1, 0, 1, 1), 0.5))
        for seed, value in enumerate(values)
        for entry in (
            observation(arm, value, seed=seed, measure="background_as_asked"),
            observation(arm, seconds * (1 + seed / 100), seed=seed, measure="seconds"),
        )
    ]
    findings = find_effects(found)
    effect = next(entry for entry in findings.effects if entry.measure == "background_as_asked")
    assert effect.shown is False
    assert effect.interval is not None
    assert effect.interval.low == -1, "a share cannot fall by more"
    assert findings.recommendation is not None
    assert _arm(findings.recommendation) == BASE


def test_where_the_baseline_lacks_the_measure_the_common_reference_counts() -> None:
    found = [
        observation(arm, value, measure=measure, against=against, seed=seed)
        for seed in range(3)
        for arm, against, likeness, seconds in (
            ("source", BASE, 0.8, 1.0),
            ("weak", "source", 0.9, 0.5),
            ("strong", "source", 0.7, 1.5),
        )
        for measure, value in (("likeness_ssim", likeness + seed**2 * likeness / 100), ("seconds", seconds))
    ]
    found += [observation(BASE, 1.2, measure="seconds", seed=seed) for seed in range(3)]
    chosen = recommend(found, front(found, "likeness_ssim"), "likeness_ssim")
    assert (chosen.reference, _arm(chosen)) == ("source", "weak")
    assert "It is shown to be better" in chosen.sentence


def test_the_same_in_all_pairs_is_said() -> None:
    found = choices({BASE: (0.5, 1.0)})
    found += [
        observation("quick", o.value / (2 if o.measure == "seconds" else 1), seed=o.seed, measure=o.measure)
        for o in found
    ]
    chosen = advice(found)
    assert _arm(chosen) == "quick"
    assert chosen.sentence.endswith("Both are the same in all that was compared (5 pairs).")


def test_what_is_shown_to_be_worse_is_never_recommended() -> None:
    assert _arm(advice(choices({BASE: (0.6, 1.0), "quick": (0.5, 0.1)}))) == BASE


def test_without_an_interval_the_mean_must_reach_the_baselines() -> None:
    """Of a wish too: the mean is all that there is."""
    found = choices({BASE: (0.6, 1.0), "quick": (0.3, 0.1), "better": (0.9, 0.5)}, seeds=1)
    chosen = advice(found, 0.45)
    assert _arm(chosen) == "better"
    assert chosen.sentence.endswith("It is not shown to be quicker than baseline."), chosen.sentence


SAID_ALIKE = "Nothing recommended: the settings cannot be told apart from the baseline with {}; take more seeds."


@pytest.mark.parametrize(("seeds", "pairs"), [(1, "1 pair"), (2, "2 pairs"), (5, "5 pairs")])
def test_what_cannot_be_told_apart_is_not_recommended(seeds: int, pairs: str) -> None:
    """Neither in quality nor in seconds: whichever the means favour, another time they favour another."""
    found = choices({BASE: (0.698, 1.05), "guidance3": (0.705, 1.05), "guidance9": (0.705, 1.05)}, seeds=seeds)
    chosen = advice(found)
    assert (chosen.setting, chosen.effect, chosen.needs_seeds) == (None, None, True)
    assert chosen.sentence == SAID_ALIKE.format(pairs)
    assert open_language("fr").knows(chosen.sentence)


def test_what_is_quicker_by_luck_does_not_take_the_baselines_place() -> None:
    found = choices({BASE: (0.6, 1.0), "alike": (0.6, 0.999), "slow": (0.6, 2.0)})
    assert advice(found).needs_seeds is False
    assert _arm(advice(found)) == BASE
    assert "baseline: nothing as good is shown to be quicker (" in advice(found).sentence
    assert open_language("fr").knows(advice(found).sentence)


def test_one_setting_alone_is_no_choice() -> None:
    alone = advice(choices({BASE: (0.6, 1.0)}))
    assert (alone.setting, alone.sentence) == (
        None,
        "Nothing to choose from: the baseline alone has both adherence and seconds.",
    )
    assert open_language("fr").knows(alone.sentence)


def test_settings_are_compared_over_common_blocks() -> None:
    """The arm lacks the hard product: over its own blocks alone it would look better than it is."""
    found = []
    for product, level in (("easy", 0.9), ("hard", 0.1), ("plain", 0.5)):
        for arm, gain, seconds in ((BASE, 0.05, 1.0), ("quick", 0.0, 0.5)):
            if (arm, product) != ("quick", "hard"):
                found.append(observation(arm, level + gain, product=product))
                found.append(observation(arm, seconds, product=product, measure="seconds"))
    quality = {setting.arm: setting.quality for setting in front(found, "adherence")}
    assert quality == pytest.approx({BASE: 0.75, "quick": 0.7})
    rare = [o for o in found if o.arm == BASE or o.product == "easy"]
    assert [setting.arm for setting in front(rare, "adherence")] == [BASE], "one of three blocks is too little"


def test_a_repeated_baseline_is_one_setting() -> None:
    same = [
        observation(arm, value, seed=seed, measure=measure, spec_hash=f"ps1:{seed}")
        for arm in (BASE, "again")
        for seed in range(3)
        for measure, value in (("adherence", 0.5), ("seconds", 1.0))
    ]
    assert [setting.arm for setting in front(same, "adherence")] == [BASE]


def test_findings_choose_a_measure_and_refuse_others() -> None:
    found = choices(TABLE)
    assert find_effects(found).quality == "adherence"
    background = choices(TABLE, measure="background_as_asked")
    assert find_effects([*found, *background]).quality == "adherence"
    assert find_effects(background).quality == "background_as_asked"
    lightness = [observation(o.arm, o.value, seed=o.seed, measure="lightness") for o in found]
    neither = find_effects([*found, *lightness], measure="lightness")
    assert (neither.quality, neither.settings, neither.recommendation) == (None, (), None)
    assert "Neither more nor less of lightness is better" in neither.caveats[-1]
    for measure, at_least in (("lightness", 0.5), ("seconds", 0.5), ("beauty", None)):
        with pytest.raises(RecordError) as refused:
            find_effects([*found, *lightness], measure=measure, at_least=at_least)
        assert refused.value.code == "record.measure"
        assert "adherence" in str(refused.value.expected)
    for nothing in (float("nan"), float("inf")):
        with pytest.raises(RecordError):
            find_effects(found, at_least=nothing)


def test_nothing_measured_gives_empty_findings() -> None:
    empty = find_effects([])
    assert (empty.effects, empty.settings, empty.quality, empty.recommendation) == ((), (), None, None)


def _arm(chosen: Recommendation) -> str | None:
    return chosen.setting.arm if isinstance(chosen.setting, Setting) else None

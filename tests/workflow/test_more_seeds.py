"""When more seeds are advised, and the plan that asks for them."""

from __future__ import annotations

from packshot.experiment import Plan, find_effects, read_plan
from packshot.report import open_language
from packshot.workflow import (
    Workbench,
    key_differences,
    needs_more_seeds,
    run_experiment,
    seeds_to_take,
    with_more_seeds,
)
from tests.experiment.observations import BASE, noise, observation

PLAN = """
schema: packshot.plan/1
name: small
title: Small
question: Does it work?
baseline: {name: base, prompt: a red mug, steps: 3, seed: 7}
vary: {steps: [4]}
"""


def plan(seeds: str = "") -> Plan:
    return read_plan(f"{PLAN}{seeds}", "small.yaml")


def test_the_seeds_that_are_there_come_first(bench: Workbench) -> None:
    run_experiment(bench, plan())
    assert seeds_to_take(bench, "small") == 5
    assert [*with_more_seeds(bench, "small").all_seeds] == [7, 8, 9, 10, 11]
    run_experiment(bench, plan("seeds: [3, 9, 4]"))
    assert [*with_more_seeds(bench, "small").all_seeds] == [3, 9, 4, 10, 11, 12]


def test_seeds_are_advised_until_something_is_told() -> None:
    draw = noise(1)
    for gain, seeds, advised in ((0.0, 1, True), (0.0, 5, True), (0.5, 5, False)):
        found = find_effects(
            observation(arm, value + draw.normal(0, 0.01), seed=seed, measure=measure)
            for seed in range(seeds)
            for arm, more in ((BASE, 0.0), ("guidance12", gain))
            for measure, value in (("adherence", 0.4 + more), ("seconds", 1.0))
        )
        assert needs_more_seeds(found) is advised, (gain, seeds)
        if found.recommendation is not None:
            assert open_language("fr").knows(found.recommendation.sentence)
    assert not needs_more_seeds(find_effects([]))


def test_every_arm_has_its_share_of_the_differences_that_are_told() -> None:
    measures = [f"measure{number}" for number in range(9)]
    found = find_effects(
        observation(arm, seed / 100 + gain, seed=seed, measure=measure)
        for seed in range(2)
        for arm, gain in ((BASE, 1.0), ("guidance3", 1.1), ("guidance9", 1.5))
        for measure in measures
    )
    told = key_differences(found, 8)
    assert [effect.arm for effect in told.effects].count("guidance3") == 4
    assert [effect.arm for effect in told.effects].count("guidance9") == 4
    assert (told.more, told.shown, told.in_tables) == (10, False, False)

"""One picture of every arm made again."""

from __future__ import annotations

from packshot.experiment import read_plan
from packshot.result import Sameness
from packshot.workflow import Replaying, Workbench, replay_arms, run_experiment

PLAN = """
schema: packshot.plan/1
name: two
title: Two arms
question: What do steps do?
baseline: {name: baseline, prompt: a red mug, seed: 1}
arms:
  - name: again
  - name: steps4
    change: {steps: 4}
"""


def test_each_arm_is_replayed_once_and_what_is_known_is_not_done_again(bench: Workbench) -> None:
    done = run_experiment(bench, read_plan(PLAN, "two.yaml"))
    told: list[Replaying] = []
    first = replay_arms(bench, done.name, told.append)
    assert (first.made, first.already, first.failed) == (2, 0, 0)  # `again` shares the baseline's run
    assert first.sameness[Sameness.IDENTICAL] == 2
    assert [(each.cell, each.done, each.total) for each in told] == [("baseline", 1, 2), ("steps4", 2, 2)]
    again = replay_arms(bench, done.name)
    assert (again.made, again.already) == (0, 2)
    assert again.sameness == first.sameness

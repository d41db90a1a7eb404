"""More seeds of an experiment: when they would tell something, and the plan that asks for them."""

from __future__ import annotations

from typing import Final

from packshot.experiment import Findings, Plan, replicated
from packshot.report import only_luck
from packshot.spec import defaults
from packshot.workflow.workbench import Workbench

SEEDS_LEAST: Final = 5
"""From 3 pairs on there is an interval; with 5 it is half as wide."""


def needs_more_seeds(found: Findings) -> bool:
    """Whether nothing was compared often enough to tell it from luck, or no setting can be told apart."""
    if not found.effects:
        return False
    advice = found.recommendation
    return only_luck(found.effects) is not None or (advice is not None and advice.needs_seeds)


def seeds_to_take(bench: Workbench, experiment: str) -> int:
    """How many seeds tell more than those of an experiment: twice as many, 5 at least. Raises RecordError."""
    return max(SEEDS_LEAST, 2 * len(_plan(bench, experiment).all_seeds))


def with_more_seeds(bench: Workbench, experiment: str) -> Plan:
    """An experiment's plan with `seeds_to_take`, those that it has first: their pictures are there already.

    Raises RecordError, and PlanError where there cannot be so many.
    """
    plan, many = _plan(bench, experiment), seeds_to_take(bench, experiment)
    if plan.seeds is None or isinstance(plan.seeds, int):
        return replicated(plan, many)
    after = max(plan.seeds) + 1
    return replicated(plan, (*plan.seeds, *range(after, after + many - len(plan.seeds))))


def _plan(bench: Workbench, experiment: str) -> Plan:
    """As it was run: with the model that it was given besides."""
    plan = Plan.model_validate(bench.store.plan(experiment))
    if plan.baseline.model is not None:
        return plan
    runs = (cell.run_id for cell in bench.store.experiment(experiment).cells if cell.run_id is not None)
    first = next(runs, None)
    model = defaults.MODEL if first is None else bench.store.run(first).resolved.origin.model
    if model == defaults.MODEL:
        return plan
    return plan.model_copy(update={"baseline": plan.baseline.model_copy(update={"model": model})})

"""Finds the place in a plan's files that an error of one of its cells speaks of."""

from __future__ import annotations

from typing import Final

from packshot.errors import PackshotError
from packshot.experiment.plan import Plan
from packshot.experiment.plan_arms import fields_of
from packshot.experiment.plan_cells import PlannedCell

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "spec.prompt": ("prompt",),
    "policy.refused": ("prompt",),
    "spec.negative_prompt": ("negative_prompt",),
    "spec.scheduler": ("scheduler",),
    "spec.steps.none_left": ("strength", "steps"),
    "spec.steps": ("steps",),
    "spec.guidance": ("guidance",),
    "spec.seed": ("seed",),
    "spec.size": ("size", "width", "height"),
    "spec.strength": ("strength",),
    "spec.source": ("source",),
    "spec.mode": ("source", "model"),
    "spec.lora": ("loras",),
    "source": ("source",),
    "model.lora": ("loras",),
    "model": ("model",),
}
"""The keys that an error's code speaks of, by the code's beginning; the longest that fits counts."""


def place_of(plan: Plan, cell: PlannedCell, error: PackshotError) -> str | None:
    """`plan.yaml, line 9, steps` or `products.csv, line 3, column source`; None where the plan does not say it."""
    row = next((entry for entry in plan.rows if entry.sku == cell.product), None)
    own = fields_of(row) if row is not None else {}
    for key in _keys(error):
        changed = plan.places.of_setting(cell.arm, key) if key in (*cell.change, "size") else None
        if changed is not None:
            return f"{changed}, {key}"
        if key in own and row is not None and key not in cell.change and (found := plan.places.of_row(row.sku, key)):
            return found
        of_arm = plan.places.of_setting(cell.arm, key) or plan.places.of_setting(plan.baseline.name, key)
        if of_arm is not None:
            return f"{of_arm}, {key}"
    return plan.places.of_setting(cell.arm, "name")


def _keys(error: PackshotError) -> tuple[str, ...]:
    fitting = [beginning for beginning in KEYS if error.code == beginning or error.code.startswith(f"{beginning}.")]
    keys = KEYS[max(fitting, key=len)] if fitting else ()
    if keys == ("prompt",) and "negative" in error.message:
        return ("negative_prompt",)
    if "height" in keys and "height" in error.message:
        return ("size", "height")
    return keys

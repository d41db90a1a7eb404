"""What a person should know of a plan before it runs, although nothing in it is wrong."""

from __future__ import annotations

from typing import Any

from packshot.experiment.plan import Plan
from packshot.experiment.plan_arms import PlannedArm, differing, fields_of, planned_arms, skipped


def plan_notes(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Each note with the arms that it speaks of."""
    notes: dict[str, tuple[str, ...]] = dict.fromkeys(skipped(plan), (plan.baseline.name,))
    for arm, changed in mixed_arms(plan):
        what = f"{', '.join(changed[:-1])} and {changed[-1]}"
        note = (
            f"arm {arm.name} differs from {arm.against} in {what}: "
            f"its effect cannot be put down to {'either' if len(changed) == 2 else 'any one of them'}"
        )
        notes[note] = (arm.name,)
    return notes


def mixed_arms(plan: Plan) -> list[tuple[PlannedArm, list[str]]]:
    """Arms outside the grid that differ from what they are compared with in more than one thing, and in what."""
    arms = {arm.name: arm for arm in planned_arms(plan)}
    found = []
    for arm in arms.values():
        if arm.against is None or arm.crossed:
            continue
        changed = differing(_whole(plan, arm), _whole(plan, arms[arm.against]))
        if len(changed) > 1:
            found.append((arm, changed))
    return found


def _whole(plan: Plan, arm: PlannedArm) -> dict[str, Any]:
    """What is said about the arm's first picture."""
    row = fields_of(plan.rows[0]) if plan.rows else {}
    return fields_of(plan.baseline) | row | arm.change

"""A plan's arms, those that are written and those that follow from `vary` and `grid`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

from packshot.experiment.plan import Plan, Settings
from packshot.experiment.plan_names import arm_name
from packshot.experiment.yaml_lines import Path
from packshot.spec import Fit

FROM_SOURCE: Final = frozenset({"source", "fit", "strength"})
IMAGE_TO_IMAGE: Final = "image-to-image"
SIZE: Final = frozenset({"size", "width", "height"})


@dataclass(frozen=True, slots=True)
class PlannedArm:
    """An arm, the baseline among them: what it changes, and which arm it is compared with (None for the baseline).

    `crossed` says that it stands in the grid, and changes several things on purpose. `derived` says that it follows
    from `vary` or `grid`. `paths` are the places in the YAML that made it, by key.
    """

    name: str
    change: dict[str, Any]
    against: str | None
    derived: bool
    crossed: bool
    paths: dict[str, Path]


def fields_of(settings: Settings) -> dict[str, Any]:
    """What is said about a picture, as plain values."""
    return settings.model_dump(exclude_none=True, exclude={"name", "sku"})


def planned_arms(plan: Plan) -> list[PlannedArm]:
    """The baseline, then the arms as written, then those of `vary`, then those of `grid`."""
    base = fields_of(plan.baseline)
    name = plan.baseline.name
    arms = [PlannedArm(name, {}, None, False, False, {key: ("baseline", key) for key in ("name", *base)})]
    for position, arm in enumerate(plan.arms):
        change = fields_of(arm.change)
        place: Path = ("arms", position)
        paths: dict[str, Path] = {key: (*place, "change", key) for key in change} | {"name": (*place, "name")}
        arms.append(PlannedArm(arm.name, change, arm.against or name, False, False, paths))
    taken = {arm.name.casefold() for arm in arms}
    for values, crossed in _derived(plan):
        if not crossed and not _differs(values, base):
            continue
        found = arm_name({parameter: value for parameter, (_, value) in values.items()}, taken)
        taken.add(found.casefold())
        word = "grid" if crossed else "vary"
        paths = {parameter: (word, parameter, position) for parameter, (position, _) in values.items()}
        arms.append(PlannedArm(found, _changes(values), name, True, crossed, paths))
    return arms


def skipped(plan: Plan) -> list[str]:
    """What is said of values in `vary` that are the baseline's own: they make no arm."""
    base = fields_of(plan.baseline)
    return [
        f"vary: {parameter} {value} is the baseline's own: no arm of its own"
        for values, crossed in _derived(plan)
        if not crossed and not _differs(values, base)
        for parameter, (_, value) in values.items()
    ]


Values = dict[str, tuple[int, Any]]
"""For each parameter, the value's position in its list, and the value."""


def _derived(plan: Plan) -> list[tuple[Values, bool]]:
    found: list[tuple[Values, bool]] = []
    for parameter, values in plan.vary.values.items() if plan.vary is not None else ():
        found += [({parameter: (position, value)}, False) for position, value in enumerate(values)]
    if plan.grid is not None:
        lists = plan.grid.values
        for combination in itertools.product(*(enumerate(values) for values in lists.values())):
            found.append((dict(zip(lists, combination, strict=True)), True))
    return found


def _differs(values: Values, base: dict[str, Any]) -> bool:
    return any(base.get(key) != value for key, value in _changes(values).items())


def _changes(values: Values) -> dict[str, Any]:
    change: dict[str, Any] = {}
    for parameter, (_, value) in values.items():
        if parameter == "size":
            width, _, height = str(value).partition("x")
            change |= {"width": int(width), "height": int(height)}
        elif parameter == "loras":
            change["loras"] = tuple(lora.model_dump() for lora in value)
        else:
            change[parameter] = Fit(value) if parameter == "fit" else value
    return change


def differing(fields: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    """The parameters in which two pictures differ, in order; a size, and a source with its strength and fit, are one.

    A source where the reference has none is one change too: another way to begin.
    """
    keys = [key for key in fields | reference if fields.get(key) != reference.get(key)]
    begins_anew = bool(fields.get("source")) != bool(reference.get("source"))
    named = ["size" if key in SIZE else IMAGE_TO_IMAGE if begins_anew and key in FROM_SOURCE else key for key in keys]
    return list(dict.fromkeys(named))

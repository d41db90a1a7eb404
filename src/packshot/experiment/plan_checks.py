"""What pydantic cannot see: names that clash, arms that are not there, and plans that are too large."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from packshot.experiment.plan import Plan
from packshot.experiment.plan_arms import PlannedArm, planned_arms
from packshot.experiment.plan_mistakes import mistake
from packshot.experiment.yaml_lines import Lines, Path, line_of
from packshot.spec import defaults

RESERVED: Final = ("grid_text2img", "grid_img2img", "report")
NAME_MAX: Final = 96
"""Letters of a cell's name: with `.png` the 100 that a file's name may have."""

ARMS_MAX: Final = 1_000
CELLS_MAX: Final = 1_000_000


class Checks:
    """The checks of one plan, each a method that raises PlanError with the line."""

    def __init__(self, plan: Plan, lines: Lines, name: str) -> None:
        self._plan, self._lines, self._name = plan, lines, name

    def all(self) -> None:
        """Every check, in an order in which each can rely on those before."""
        self.size()
        self.values()
        self.prompts()
        arms = planned_arms(self._plan)
        self.names(arms)
        self.against(arms)
        self.seeds(arms)
        self.cell_names(arms)

    def size(self) -> None:
        """A grid multiplies: what nobody meant is refused before it fills the memory."""
        crossed = math.prod(len(values) for values in self._plan.grid.values.values()) if self._plan.grid else 0
        if crossed > ARMS_MAX:
            raise mistake(
                self._place(("grid",)), "too many arms in the grid", expected=f"at most {ARMS_MAX}", got=crossed
            )
        varied = sum(len(values) for values in self._plan.vary.values.values()) if self._plan.vary else 0
        arms = 1 + len(self._plan.arms) + varied + crossed
        cells = arms * len(self._plan.all_seeds) * max(1, len(self._plan.rows))
        if cells > CELLS_MAX:
            raise mistake(self._place(()), "too large a plan", expected=f"at most {CELLS_MAX} pictures", got=cells)

    def values(self) -> None:
        """A value that is tried twice is one arm too many, and a width beside a size would win over it."""
        for word, varied in (("vary", self._plan.vary), ("grid", self._plan.grid)):
            for parameter, values in varied.values.items() if varied else ():
                twice = next((place for place, value in enumerate(values) if value in values[:place]), None)
                if twice is not None:
                    raise mistake(
                        self._place((word, parameter, twice)),
                        f"{word}.{parameter}: a value stands twice",
                        expected="each value once",
                        got=values[twice],
                    )
        grid = self._plan.grid
        if grid is not None and grid.size and (grid.width or grid.height):
            side = "width" if grid.width else "height"
            raise mistake(
                self._place(("grid", side)), f"grid: both size and {side}", expected="one of them", got=f"size, {side}"
            )

    def prompts(self) -> None:
        """Every picture has a prompt: the baseline's, or each product's own."""
        if self._plan.products and self._plan.prompts:
            raise mistake(
                self._place(("prompts",)), "both products and prompts", expected="one of them: each row has its prompt"
            )
        without = next((row.sku for row in self._plan.rows if row.prompt is None), None)
        if self._plan.baseline.prompt is None and (not self._plan.rows or without is not None):
            of_row = f", which {without} has none of" if without is not None else ""
            raise mistake(
                self._place(("baseline",)),
                f"baseline.prompt: Field required{of_row}",
                expected="words that say what to make",
                got="nothing",
            )

    def names(self, arms: list[PlannedArm]) -> None:
        """Names become files: each once, whatever its case, and none that the report writes itself."""
        named: list[tuple[str, Path]] = [(arm.name, self._path(arm)) for arm in arms]
        if self._plan.smoke is not None:
            named.insert(0, (self._plan.smoke.name, ("smoke", "name")))
        seen: set[str] = set()
        for cell, path in named:
            if cell.casefold() in RESERVED:
                raise mistake(self._place(path), f"{cell!r} is a file of the report", expected="another name", got=cell)
            if cell.casefold() in seen:
                raise mistake(self._place(path), f"two cells named {cell!r}", expected="each name once", got=cell)
            seen.add(cell.casefold())

    def against(self, arms: list[PlannedArm]) -> None:
        """An arm is compared with another one that is there."""
        names = [arm.name for arm in arms]
        for position, arm in enumerate(self._plan.arms):
            if arm.against is None:
                continue
            place = self._place(("arms", position, "against"))
            if arm.against == arm.name:
                raise mistake(
                    place, f"arm {arm.name!r} against itself", expected="another arm, or the baseline", got=arm.against
                )
            if arm.against not in names:
                raise mistake(
                    place,
                    f"no arm named {arm.against!r}",
                    expected=", ".join(names[:20]) + (", …" if len(names) > 20 else ""),
                    got=arm.against,
                    near=names,
                )

    def seeds(self, arms: list[PlannedArm]) -> None:
        """Replicates are paired: no arm has a seed of its own then."""
        seeds = self._plan.all_seeds
        if seeds[-1] > defaults.SEED_MAX:
            raise mistake(self._place(("seeds",)), "a seed beyond the largest", expected=f"at most {defaults.SEED_MAX}")
        own = next((arm for arm in arms if "seed" in arm.change), None)
        if own is not None and len(seeds) > 1:
            raise mistake(
                self._place(own.paths["seed"]),
                f"arm {own.name!r} has a seed of its own, and the plan has {len(seeds)} seeds",
                expected="the same seeds in every arm: effects are paired by seed",
                got=f"seed {own.change['seed']}",
            )

    def cell_names(self, arms: list[PlannedArm]) -> None:
        """`<arm>_<sku>_s<seed>` must fit into a file's name, and be one cell's alone."""
        skus = {row.sku.casefold() for row in self._plan.rows} if len(self._plan.rows) > 1 else set[str]()
        seeds = self._plan.all_seeds
        longest_sku = max((len(sku) + 1 for sku in skus), default=0)
        longest_seed = max(len(str(seeds[0])), len(str(seeds[-1]))) + 2 if len(seeds) > 1 else 0
        for arm in arms:
            if len(arm.name) + longest_sku + longest_seed > NAME_MAX:
                raise mistake(
                    self._place(self._path(arm)),
                    f"the name {arm.name!r} is too long for a file's, with product and seed behind it",
                    expected=f"at most {NAME_MAX - longest_sku - longest_seed} letters",
                    got=f"{len(arm.name)} letters",
                )
        self._clashes([arm.name.casefold() for arm in arms], skus)
        self._smoke_clash([arm.name.casefold() for arm in arms], skus)

    def _clashes(self, arms: list[str], skus: set[str]) -> None:
        """Arm `a` with product `b_c` is called like arm `a_b` with product `c`."""
        for short in arms if skus else ():
            for long in arms:
                rest = long.removeprefix(f"{short}_")
                both = next((sku for sku in skus if f"{rest}_{sku}" in skus), None) if rest != long else None
                if both is not None:
                    raise mistake(
                        self._place(("products",)),
                        f"two cells named {f'{long}_{both}'!r}: arm {short} with {rest}_{both}, {long} with {both}",
                        expected="each name once",
                        got=f"{rest}_{both}",
                    )

    def _smoke_clash(self, arms: list[str], skus: set[str]) -> None:
        smoke = self._plan.smoke.name.casefold() if self._plan.smoke is not None else ""
        seeds = {f"_s{seed}" for seed in self._plan.all_seeds} if len(self._plan.all_seeds) > 1 else {""}
        for arm in arms if smoke else ():
            rest = smoke.removeprefix(arm)
            if rest != smoke and any(f"_{sku}{seed}" == rest for sku in skus or {""} for seed in seeds if sku):
                raise mistake(self._place(("smoke", "name")), f"two cells named {smoke!r}", expected="each name once")
            if rest != smoke and not skus and rest in seeds:
                raise mistake(self._place(("smoke", "name")), f"two cells named {smoke!r}", expected="each name once")

    def _path(self, arm: PlannedArm) -> Path:
        return arm.paths.get("name") or next(iter(arm.paths.values()))

    def _place(self, path: Path) -> str:
        return f"{self._name}, line {line_of(path, self._lines)}"


def check_plan(plan: Plan, lines: Lines, name: str) -> None:
    """Raise PlanError with the line of the first mistake."""
    Checks(plan, lines, name).all()


def lines_of_settings(plan: Plan, lines: Lines) -> Mapping[tuple[str, str], int]:
    """The line of every setting, by arm and key."""
    found = {(arm.name, key): line_of(path, lines) for arm in planned_arms(plan) for key, path in arm.paths.items()}
    if plan.smoke is not None:
        found |= {(plan.smoke.name, key): line_of(("smoke", key), lines) for key in type(plan.smoke).model_fields}
    return found

"""A plan's cells, each made when it is asked for: a plan of ten thousand pictures takes no more room than a small one.

Seeds are the outermost order, then products, then arms: a sweep that is stopped has equally many pairs in every arm.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final, overload

from packshot.errors import PlanError
from packshot.experiment.plan import Plan, Product
from packshot.experiment.plan_arms import PlannedArm, fields_of, planned_arms
from packshot.spec import Fit, Frozen, Mode, Spec, defaults

SMOKE_GROUP: Final = "smoke test"
TEXT_GROUP: Final = "text-to-image"
IMAGE_GROUP: Final = "image-to-image"


class PlannedCell(Frozen):
    """A cell before it runs: its name, its group in the report, its spec, what it changes, and its block.

    `arm`, `seed`, `product` and `against` are those of `packshot.result.Cell`; `turn` is the replicate, from 0.
    """

    name: str
    position: int
    group: str
    spec: Spec
    change: dict[str, Any]
    arm: str
    seed: int
    product: str | None = None
    against: str | None = None
    turn: int = 0


class PlannedCells(Sequence[PlannedCell]):
    """All cells in order, each made anew when it is looked at."""

    def __init__(self, plan: Plan, model: str | None, source: str | None) -> None:
        self.arms: list[PlannedArm] = planned_arms(plan)
        self._plan, self._model, self._source = plan, model, source
        self._seeds = plan.all_seeds
        self._rows: tuple[Product | None, ...] = plan.rows or (None,)
        self._base = fields_of(plan.baseline)
        self._before = 0 if plan.smoke is None else 1

    @property
    def head(self) -> int:
        """How many cells hold the smoke test and one cell of every arm."""
        return self._before + len(self.arms)

    @property
    def takes_source(self) -> bool:
        """Whether any cell begins with a source in place of which another may be given."""
        rows = [fields_of(row) if row is not None else {} for row in self._rows]
        smoke = [fields_of(self._plan.smoke)] if self._plan.smoke is not None else []
        own = any("source" in fields for fields in (self._base, *rows, *smoke))
        return own or any("source" in arm.change and not arm.derived for arm in self.arms)

    @property
    def sources(self) -> tuple[str, ...]:
        """What cells begin with, as it is written, each once."""
        of_a_turn = itertools.islice(self, self._before + len(self._rows) * len(self.arms))
        return tuple(dict.fromkeys(cell.spec.source for cell in of_a_turn if cell.spec.source))

    @property
    def baseline(self) -> PlannedCell:
        """The first cell of the baseline."""
        return self[self._before]

    def __len__(self) -> int:
        return self._before + len(self._seeds) * len(self._rows) * len(self.arms)

    @overload
    def __getitem__(self, position: int) -> PlannedCell: ...

    @overload
    def __getitem__(self, position: slice) -> list[PlannedCell]: ...

    def __getitem__(self, position: int | slice) -> PlannedCell | list[PlannedCell]:
        if isinstance(position, slice):
            return [self[each] for each in range(*position.indices(len(self)))]
        place = position + len(self) if position < 0 else position
        if not 0 <= place < len(self):
            raise IndexError(position)
        if place < self._before:
            return self._smoke()
        block, arm = divmod(place - self._before, len(self.arms))
        turn, row = divmod(block, len(self._rows))
        return self._cell(place, turn, self._rows[row], self.arms[arm])

    def _smoke(self) -> PlannedCell:
        smoke = self._plan.smoke
        assert smoke is not None  # asked for only where there is one
        fields = self._told(fields_of(smoke), {}, derived=False)
        return _planned(smoke.name, 0, SMOKE_GROUP, fields, {}, arm=smoke.name)

    def _cell(self, position: int, turn: int, row: Product | None, arm: PlannedArm) -> PlannedCell:
        own = fields_of(row) if row is not None else {}
        seeded = {"seed": self._seeds[turn]}
        fields = self._told(self._base | own | seeded | arm.change, arm.change, derived=arm.derived)
        change = {key: fields.get(key, value) for key, value in arm.change.items()}
        parts = [arm.name]
        parts += [row.sku] if row is not None and len(self._rows) > 1 else []
        parts += [f"s{self._seeds[turn]}"] if len(self._seeds) > 1 else []
        sku = row.sku if row is not None else None
        name = "_".join(parts)
        return _planned(name, position, None, fields, change, arm.name, sku, arm.against, turn)

    def _told(self, fields: dict[str, Any], change: dict[str, Any], *, derived: bool) -> dict[str, Any]:
        """With the model and the source that were asked for instead; an arm that tries others keeps its own."""
        if self._model is not None and "model" not in change:
            fields = fields | {"model": self._model}
        if self._source is not None and fields.get("source") and not (derived and "source" in change):
            fields = fields | {"source": self._source}
        return fields


def cells(plan: Plan, *, model: str | None = None, source: str | None = None) -> PlannedCells:
    """All cells in order. `model` and `source` replace what the plan says (the source only where it has one).

    An arm that changes the model keeps its own, and so does one that `vary` or `grid` gives a source. Raises PlanError
    where a source is given and no cell would take it.
    """
    found = PlannedCells(plan, model, source)
    if source is not None and not found.takes_source:
        raise PlanError(
            "plan.invalid",
            f"no picture of {plan.name} begins with a source that another could replace",
            expected="a plan with `source:` in its baseline, an arm or a product",
            got=f"source {source}",
        )
    return found


def _planned(
    name: str,
    position: int,
    group: str | None,
    fields: dict[str, Any],
    change: dict[str, Any],
    arm: str,
    product: str | None = None,
    against: str | None = None,
    turn: int = 0,
) -> PlannedCell:
    mode = Mode.IMAGE_TO_IMAGE if fields.get("source") else Mode.TEXT_TO_IMAGE
    seed = fields.get("seed")
    return PlannedCell(
        name=name,
        position=position,
        group=group or (IMAGE_GROUP if mode is Mode.IMAGE_TO_IMAGE else TEXT_GROUP),
        spec=Spec(mode=mode, **fields),
        change={key: str(value) if isinstance(value, Fit) else value for key, value in change.items()},
        arm=arm,
        seed=seed if seed is not None else defaults.SEED,
        product=product,
        against=against,
        turn=turn,
    )

"""The pictures of an experiment by arm, and arms as rows over seeds as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from packshot.experiment.effect import Effect
from packshot.report.blocks import SMOKE_GROUP, block_of
from packshot.report.data import ReportData, Shot
from packshot.report.wording import number
from packshot.result import Cell


@dataclass(frozen=True, slots=True, eq=False)
class ArmShots:
    """An arm with its pictures, in the plan's order. `change` is in words, empty for the baseline."""

    name: str
    change: str
    group: str
    shots: tuple[Shot, ...]

    @property
    def made(self) -> tuple[Shot, ...]:
        """Those with a picture."""
        return tuple(shot for shot in self.shots if shot.picture is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Arms as rows, blocks as columns, of one product where there are several; a place is None where nothing ran."""

    product: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[ArmShots, tuple[Shot | None, ...]], ...]


def arms_of(data: ReportData) -> tuple[ArmShots, ...]:
    """Every arm that has runs, the smoke test last."""
    groups: dict[str, list[Shot]] = {}
    for shot in data.shots:
        groups.setdefault(shot.arm, []).append(shot)
    found = [
        ArmShots(name, change_words(shots[0].cells[0].change.items()), shots[0].group, tuple(shots))
        for name, shots in groups.items()
    ]
    return tuple(sorted(found, key=lambda arm: arm.group == SMOKE_GROUP))


def matrices(data: ReportData) -> tuple[Matrix, ...]:
    """One for each product, of arms over seeds; with products alone, one of arms over products. Empty without both."""
    arms = [arm for arm in arms_of(data) if arm.group != SMOKE_GROUP]
    if len(data.seeds) > 1:
        columns = tuple(f"seed {seed}" for seed in data.seeds)
        products: tuple[str | None, ...] = data.products or (None,)
        return tuple(
            Matrix(product, columns, _rows(arms, [(seed, product) for seed in data.seeds], block_of))
            for product in products
        )
    if len(data.products) > 1:
        return (Matrix(None, data.products, _rows(arms, data.products, lambda cell: cell.product)),)
    return ()


def change_words(change: Iterable[tuple[str, Any]]) -> str:
    """An arm's change as a reader says it: `guidance 4`, `strength 0.35`, `DDIM`."""
    parts = dict(change)
    shown = {key: value for key, value in parts.items() if key not in {"source", "prompt"} or len(parts) == 1}
    return ", ".join(_word(key, value) for key, value in shown.items())


def label_of(effect: Effect) -> str:
    """An effect's arm by what it changes, else by its name."""
    return change_words(effect.change) or f"`{effect.arm}`"


def _rows(
    arms: Sequence[ArmShots], columns: Sequence[Any], column_of: Callable[[Cell], Any]
) -> tuple[tuple[ArmShots, tuple[Shot | None, ...]], ...]:
    rows = []
    for arm in arms:
        places = {column_of(cell): shot for shot in arm.shots for cell in shot.cells}
        if any(column in places for column in columns):
            rows.append((arm, tuple(places.get(column) for column in columns)))
    return tuple(rows)


def _word(key: str, value: Any) -> str:
    try:
        text = number(float(value))
    except (TypeError, ValueError):
        text = str(value)
    name = key.replace("_", " ")
    return text if key in {"scheduler", "source"} else f"{name} {text}"

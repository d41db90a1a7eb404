"""Observations out of an experiment as it is stored: every number that was measured, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from packshot.experiment.effect import Observation
from packshot.experiment.effect_measures import PROPOSED, SECONDS, YES_NO
from packshot.experiment.plan_cells import SMOKE_GROUP
from packshot.result import Cell, Evidence, MeasuredCell, Proposal
from packshot.spec import Intent

NO_PROPOSALS: Final[Mapping[str, Proposal]] = MappingProxyType({})


_Numbers = list[tuple[str, float, str | None]]
"""A measure's name, its value and its unit."""


def observe(measured: Iterable[MeasuredCell], *, proposals: Mapping[str, Proposal] = NO_PROPOSALS) -> list[Observation]:
    """The observations of all cells with a picture, without the smoke test, in the order of the cells.

    `proposals` are proposed scores by run id; their measures are called `proposed_<criterion>` and `proposed_total`.
    What was not measured is no observation. The cells are taken one after the other, and none is kept whole.
    """
    cells: list[Cell] = []
    kept: list[tuple[Cell, dict[str, Any], _Numbers]] = []
    for entry in measured:
        if entry.cell.group == SMOKE_GROUP:
            continue
        cells.append(entry.cell)
        run = entry.run
        if run is None or run.result is None or not entry.has_picture:
            continue
        numbers: _Numbers = [(SECONDS, run.result.timings.picture_s, "s"), *_numbers(entry.evidence)]
        numbers += _scores(proposals.get(run.id))
        kept.append((entry.cell, {"settings": _settings(run.resolved.intent)}, numbers))
    base = _baseline(cells)
    found: list[Observation] = []
    for cell, settings, numbers in kept:
        place = _place(cell, base) | settings
        found += [Observation(measure=name, value=value, unit=unit, **place) for name, value, unit in numbers]
    return found


def number_of(evidence: Evidence) -> float | None:
    """The evidence as a number: yes and no as 1 and 0, a product cut at any side as 1. None where it is none."""
    value = evidence.value
    if isinstance(value, str):
        return (0.0 if value == "no" else 1.0) if evidence.name in YES_NO else None
    return None if value is None else float(value)


def change_words(change: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What an arm changes, as text: numbers as short as they are exact."""
    return tuple((key, _text(value)) for key, value in change.items())


def _text(value: object) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return " + ".join(_text(item) for item in value) or "none"
    return str(value)


def _baseline(cells: list[Cell]) -> str | None:
    """The first arm that changes nothing and is compared with none."""
    return next((arm_of(cell) for cell in cells if cell.against is None and not cell.change), None)


def arm_of(cell: Cell) -> str:
    """A cell's arm; one of an earlier version is its own."""
    return cell.arm or cell.name


def _place(cell: Cell, base: str | None) -> dict[str, Any]:
    """What all observations of one cell share. A cell that names no arm to compare with has the baseline."""
    arm = arm_of(cell)
    return {
        "cell": cell.name,
        "arm": arm,
        "against": cell.against or (base if arm != base else None),
        "change": change_words(cell.change),
        "seed": cell.seed,
        "product": cell.product,
        "spec_hash": cell.spec_hash,
    }


def _settings(intent: Intent) -> tuple[tuple[str, float], ...]:
    numbers = (("steps", intent.steps), ("guidance", intent.guidance), ("strength", intent.strength))
    return tuple((name, float(value)) for name, value in numbers if value is not None)


def _numbers(evidence: Iterable[Evidence]) -> Iterator[tuple[str, float, str | None]]:
    for entry in evidence:
        value = number_of(entry)
        if value is not None:
            yield entry.name, value, entry.unit


def _scores(proposal: Proposal | None) -> list[tuple[str, float, str | None]]:
    if proposal is None:
        return []
    scores: list[tuple[str, float, str | None]] = [
        (f"{PROPOSED}{criterion.value}", float(entry.score), None)
        for criterion, entry in proposal.scores.items()
        if entry.score is not None
    ]
    total = proposal.total
    return scores if total is None else [*scores, (f"{PROPOSED}total", float(total), None)]

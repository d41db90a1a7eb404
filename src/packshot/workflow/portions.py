"""A plan's cells, resolved in portions: what is to be made of them, what is done, what is left as it failed.

A plan of ordinary size is one portion, so that everything is decided before anything runs. Of a longer one the first
portion holds a cell of every arm: a mistake in an arm is found at once, and memory does not grow with the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from packshot.errors import PackshotError
from packshot.experiment import Plan, PlannedCell, PlannedCells, place_of
from packshot.experiment.effect_words import label
from packshot.resolve import Order, overhead_rows, rows_with_room, share
from packshot.result import Run
from packshot.workflow.completion import Completion
from packshot.workflow.ordering import order_of
from packshot.workflow.retrying import Retry, given_up_note
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

PORTION: Final = 500
"""Cells that are resolved at once: half a second, and some megabytes."""

Notes = Mapping[str, tuple[str, ...]]
"""Each note with the cells that it speaks of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a plan's cells are to be made, beside what the plan says of them.

    `photos` are digests of the workspace, by the paths that stand in the plan for them.
    """

    slots: int | None = None
    memory: str | None = None
    fresh: bool = False
    strict: bool = False
    retry: Retry = field(default_factory=Retry)
    photos: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Portion:
    """Cells with their spec hashes, and each hash once: to be made, done (the run's id), or left as it failed.

    Orders are without the pixels of their sources, which are many in a catalogue of products; `sources` says by spec
    hash where they are.
    """

    cells: tuple[PlannedCell, ...]
    hashes: dict[str, str]
    orders: dict[str, Order]
    to_do: dict[str, Order]
    done: dict[str, str]
    given_up: dict[str, Run]
    turns: dict[str, int]
    sources: dict[str, str]
    notes: Notes


def portions(planned: PlannedCells) -> Iterator[range]:
    """The positions of each portion."""
    start, end = 0, max(PORTION, planned.head)
    while start < len(planned):
        yield range(start, min(end, len(planned)))
        start, end = end, end + PORTION


class Preparation:
    """Resolves portions of one plan."""

    def __init__(self, bench: Workbench, plan: Plan, planned: PlannedCells, asked: Asked) -> None:
        self._bench, self._plan, self._planned, self._asked = bench, plan, planned, asked
        self._library = KnownSources(bench)

    def portion(self, positions: range) -> Portion:
        """Resolve the cells at these positions. Raises what `order_of` refuses, with the place in the plan's files."""
        cells = tuple(self._with_photo(self._planned[position]) for position in positions)
        hashes: dict[str, str] = {}
        orders: dict[str, Order] = {}
        turns: dict[str, int] = {}
        sources: dict[str, str] = {}
        for cell in cells:
            order = self._resolved(cell)
            key = order.resolved.hash
            hashes[cell.name] = key
            orders.setdefault(key, replace(order, source=None, source_original=None, source_file=None))
            turns.setdefault(key, cell.turn)
            if cell.spec.source is not None:
                sources.setdefault(key, cell.spec.source)
        done = {} if self._asked.fresh else self._bench.store.done_among(orders)
        given_up = self._given_up({key: order for key, order in orders.items() if key not in done})
        to_do = self._shared({key: order for key, order in orders.items() if key not in done and key not in given_up})
        notes = _notes(hashes, orders | to_do) | _same_as_baseline(cells, hashes) | _left(cells, hashes, given_up)
        return Portion(cells, hashes, orders | to_do, to_do, done, given_up, turns, sources, notes)

    def completion(self, portion: Portion) -> Completion:
        """What gives this portion's orders their sources."""
        return Completion(portion.sources, self._library)

    def _with_photo(self, cell: PlannedCell) -> PlannedCell:
        digest = self._asked.photos.get(cell.spec.source or "")
        if digest is None:
            return cell
        return cell.model_copy(update={"spec": cell.spec.model_copy(update={"source": digest})})

    def _resolved(self, cell: PlannedCell) -> Order:
        spec = cell.spec.model_copy(update={"strict": self._asked.strict, "memory": self._asked.memory})
        try:
            return order_of(self._bench, spec, self._library)
        except PackshotError as error:
            place = place_of(self._plan, cell, error)
            error.message = f"{f'{place}: ' if place else ''}cell {cell.name}: {error.message}"
            raise

    def _given_up(self, orders: Mapping[str, Order]) -> dict[str, Run]:
        failed = {} if self._asked.fresh else self._bench.store.failed_among(orders)
        return {key: run for key, run in failed.items() if not self._asked.retry.again(run, orders[key])}

    def _shared(self, orders: Mapping[str, Order]) -> dict[str, Order]:
        settings = self._bench.settings
        return share(
            orders,
            limit=settings.slots,
            slots=self._asked.slots,
            overhead=partial(overhead_rows, settings=settings),
            room=partial(rows_with_room, settings=settings),
        )


def _notes(hashes: Mapping[str, str], orders: Mapping[str, Order]) -> dict[str, tuple[str, ...]]:
    cells_of: dict[str, list[str]] = {}
    for name, key in hashes.items():
        for note in orders[key].resolved.origin.notes:
            cells_of.setdefault(note, []).append(name)
    return {note: tuple(names) for note, names in cells_of.items()}


def _same_as_baseline(cells: tuple[PlannedCell, ...], hashes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Arms that say something and change nothing, for instance by naming a default."""
    base = {(cell.turn, cell.product): hashes[cell.name] for cell in cells if cell.against is None}
    same = [
        cell
        for cell in cells
        if cell.change and cell.against is not None and base.get((cell.turn, cell.product)) == hashes[cell.name]
    ]
    notes: dict[str, tuple[str, ...]] = {}
    for cell in same:
        what = label(cell.arm, [(name, str(value)) for name, value in cell.change.items()])
        note = f"{what}: the same as the baseline, whose pictures are made once"
        notes[note] = (*notes.get(note, ()), cell.name)
    return notes


def _left(
    cells: tuple[PlannedCell, ...], hashes: Mapping[str, str], given_up: Mapping[str, Run]
) -> dict[str, tuple[str, ...]]:
    notes: dict[str, tuple[str, ...]] = {}
    for cell in cells:
        run = given_up.get(hashes[cell.name])
        if run is not None and run.failure is not None:
            note = given_up_note(run.failure.code)
            notes[note] = (*notes.get(note, ()), cell.name)
    return notes

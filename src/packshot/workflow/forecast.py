"""What a plan would do: its runs, what is there already, and what the rest takes. Makes no picture, keeps nothing."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from packshot.experiment import Estimate, Measured, Plan, PlannedCell, Work, cells, estimated, plan_notes
from packshot.resolve import Order, denoiser_calls, read_bench
from packshot.store import Kind, Took
from packshot.workflow.experiment import experiment_name
from packshot.workflow.portions import Asked, Notes, Portion, Preparation, portions
from packshot.workflow.retrying import Retry
from packshot.workflow.workbench import Workbench

NEWEST: Final = 20
"""Runs that are looked at: what the machine does now counts, not what it did last year."""

LOADED_S: Final = 0.05
"""A run that took less to load found its weights in memory. Of the others the newest counts: the first converts too."""

PAUSE_S: Final = 3.0
"""A run that began later than this after the one before did not follow it."""

STATES: Final = ("to do", "again", "done", "failed before")


@dataclass(frozen=True, slots=True)
class ForecastCell:
    """A cell and what would come of it: to do, again (it failed), done, or failed before (and not tried again)."""

    cell: PlannedCell
    spec_hash: str
    state: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan in numbers. `states` counts cells by what would come of them; `first` are the first cells.

    `runs` is how many runs there are to make: cells that ask for the same picture share one. `seconds` is None where
    something of it was not measured yet; `cost` is None too where no price is set.
    """

    name: str
    cells: int
    arms: int
    seeds: int
    products: int
    states: dict[str, int]
    runs: int
    first: tuple[ForecastCell, ...]
    estimates: tuple[Estimate, ...]
    price_per_hour: float | None
    currency: str
    notes: Notes

    @property
    def seconds(self) -> float | None:
        """The time of everything that is to be made."""
        seconds = [estimate.seconds for estimate in self.estimates]
        known = [each for each in seconds if each is not None]
        return sum(known) if len(known) == len(seconds) else None

    @property
    def cost(self) -> float | None:
        """What that time costs."""
        if self.price_per_hour is None or self.seconds is None:
            return None
        return self.seconds / 3600 * self.price_per_hour


def forecast(
    bench: Workbench,
    plan: Plan,
    *,
    model: str | None = None,
    source: str | None = None,
    slots: int | None = None,
    memory: str | None = None,
    fresh: bool = False,
    strict: bool = False,
    retry: Retry | None = None,
    shown: int = 20,
) -> Forecast:
    """What `run_experiment` would do, with its first `shown` cells. Raises what it would refuse."""
    planned = cells(plan, model=model, source=source)
    preparation = Preparation(bench, plan, planned, Asked(slots, memory, fresh, strict, retry or Retry()))
    first: list[ForecastCell] = []
    states: dict[str, int] = dict.fromkeys(STATES, 0)
    work = _Work(bench)
    notes: dict[str, tuple[str, ...]] = dict(plan_notes(plan))
    name = ""
    for place in portions(planned):
        portion = preparation.portion(place)
        again = bench.store.failed_among(portion.to_do).keys()
        for cell in portion.cells:
            found = ForecastCell(cell, portion.hashes[cell.name], _state(portion, again, cell))
            states[found.state] += 1
            first += [found] if len(first) < shown else []
        for note, names in portion.notes.items():
            notes.setdefault(note, names)
        work.add(portion.to_do)
        if not name:
            baseline = portion.orders[portion.hashes[planned.baseline.name]]
            name = experiment_name(plan, model, baseline.model.pin.digest)
    return Forecast(
        name=name,
        cells=len(planned),
        arms=len(planned.arms),
        seeds=len(plan.all_seeds),
        products=len(plan.rows),
        states=states,
        runs=len(work.seen),
        first=tuple(first),
        estimates=work.estimates(),
        price_per_hour=bench.settings.price_per_hour,
        currency=bench.settings.currency,
        notes=notes,
    )


def _state(portion: Portion, again: Collection[str], cell: PlannedCell) -> str:
    key = portion.hashes[cell.name]
    if key in portion.done:
        return "done"
    if key in portion.given_up:
        return "failed before"
    return "again" if key in again else "to do"


class _Work:
    """Sums pictures and calls by kind, guided and not, since an unguided call has half the rows."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._sums: dict[tuple[Kind, bool], Work] = {}
        self._orders: dict[tuple[Kind, bool], Order] = {}
        self.seen: set[str] = set()

    def add(self, orders: Mapping[str, Order]) -> None:
        for key, order in orders.items():
            if key in self.seen:
                continue
            self.seen.add(key)
            kind = (_kind_of(order), order.is_guided)
            before = self._sums.get(kind, Work(0, 0))
            self._sums[kind] = Work(before.pictures + 1, before.calls + denoiser_calls(order))
            self._orders.setdefault(kind, order)

    def estimates(self) -> tuple[Estimate, ...]:
        loaded: set[str] = set()
        found = []
        for (kind, guided), work in self._sums.items():
            order = self._orders[(kind, guided)]
            measured = _measured(self._bench, kind, order)
            if measured is not None and kind.model in loaded:
                measured = Measured(measured.call_s, measured.besides_s, 0.0, measured.pictures)
            loaded.add(kind.model)
            found.append(estimated(_words(order), work, measured))
        return tuple(found)


def _kind_of(order: Order) -> Kind:
    intent, execution = order.resolved.intent, order.resolved.execution
    return Kind(
        intent.model.digest, intent.width, intent.height, execution.device, execution.runtime, execution.precision
    )


def _words(order: Order) -> str:
    intent, execution = order.resolved.intent, order.resolved.execution
    guided = "" if order.is_guided else ", without guidance"
    where = f"{execution.runtime} {execution.precision} on {execution.device}"
    return f"{order.resolved.origin.model} at {intent.width}×{intent.height}, {where}{guided}"


def _measured(bench: Workbench, kind: Kind, order: Order) -> Measured | None:
    """What the newest such runs took; without any, what `packshot doctor --bench` measured of the model's own size."""
    took = [each for each in bench.store.newest_of_kind(kind, NEWEST) if each.calls]
    took = [each for each in took if each.guided is order.is_guided] or took
    return _of_runs(took) if took else _of_bench(bench, order)


def _of_runs(took: list[Took]) -> Measured:
    loads = [each.timings.load_s for each in took if each.timings.load_s > LOADED_S]
    return Measured(
        call_s=statistics.median(each.timings.denoise_s / each.calls for each in took),
        besides_s=_besides_s(took),
        load_s=loads[0] if loads else None,
        pictures=len(took),
    )


def _besides_s(took: list[Took]) -> float:
    """What a picture costs beside its denoiser calls: encoding, decoding, keeping, evidence, export.

    Runs that followed each other tell all of it by the clock; without such, what the engine measured of its own part.
    """
    own = statistics.median(each.timings.encode_s + each.timings.decode_s for each in took)
    in_order = sorted(took, key=lambda each: each.finished_at)
    rest = [
        (after.finished_at - before.finished_at).total_seconds() - after.timings.denoise_s - after.timings.load_s
        for before, after in itertools.pairwise(in_order)
        if (after.started_at - before.finished_at).total_seconds() < PAUSE_S
    ]
    return max(own, statistics.mean(rest)) if rest else own


def _of_bench(bench: Workbench, order: Order) -> Measured | None:
    intent, execution = order.resolved.intent, order.resolved.execution
    side_px = order.model.description.side_px
    found = read_bench(bench.settings, order.model.pin.digest) if execution.device == "cpu" else None
    if found is None or (intent.width, intent.height) != (side_px, side_px):
        return None
    for entry in found.measurements:
        if (entry.runtime, entry.precision) == (execution.runtime, execution.precision) and entry.call_s:
            call_s = entry.call_s.get(execution.rows, entry.row_s * execution.rows)
            return Measured(call_s / execution.slots, None, None, 0)
    return None

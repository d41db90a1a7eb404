"""The highest strength at which a photo's product is still the same, with every seed.

Bisection on a grid that is decided beforehand. That likeness falls as strength grows is likely and not certain: so
another strength below the answer is tried too, and another above it, and what passes or fails out of turn is told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from packshot.errors import IdentityError, SpecError
from packshot.evaluation import tells_product
from packshot.resolve import Order, denoiser_calls, overhead_rows, rows_with_room, share
from packshot.result import Run, RunState
from packshot.review import IdentityGate, IdentityVerdict, gate_for
from packshot.spec import Mode, Spec, defaults
from packshot.workflow.asking import counted_up
from packshot.workflow.identity import identity_of
from packshot.workflow.ordering import order_of
from packshot.workflow.sources import KnownSources
from packshot.workflow.sweep import Sweep
from packshot.workflow.timekeeping import Timekeeper
from packshot.workflow.workbench import Workbench

SEEDS_MAX: Final = 32
LEAST_STEP: Final = 0.01
AROUND: Final = 2
"""Rounds after the bisection: the nearest strength below the answer that was not tried yet, and the second above."""


@dataclass(frozen=True, slots=True)
class TriedPicture:
    """A picture that was tried; `verdict` is None where it could not be made, `already` where it was there before."""

    seed: int
    run: Run
    verdict: IdentityVerdict | None
    already: bool

    @property
    def passes(self) -> bool:
        """Whether it shows the same product."""
        return self.verdict is not None and self.verdict.verdict == "pass"


@dataclass(frozen=True, slots=True)
class TriedStrength:
    """A strength with every seed."""

    strength: float
    pictures: tuple[TriedPicture, ...]

    @property
    def passes(self) -> bool:
        """Whether every seed does."""
        return all(picture.passes for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class StrengthFound:
    """`strength` is the highest that passes with every seed and below which nothing that was tried fails; None: none.

    `tried` is ascending. `in_order` says whether all that passes lies below all that fails.
    """

    gate: IdentityGate
    grid: tuple[float, ...]
    seeds: tuple[int, ...]
    strength: float | None
    tried: tuple[TriedStrength, ...]

    @property
    def in_order(self) -> bool:
        """Whether likeness fell as strength grew, as far as the gate tells."""
        passing = [each.passes for each in self.tried]
        return passing == sorted(passing, reverse=True)


@dataclass(frozen=True, slots=True)
class StrengthProgress:
    """A picture is over: `done` of `at_most`, the most that become necessary unless one fails out of turn."""

    strength: float
    picture: TriedPicture
    done: int
    at_most: int
    left_s: float | None


OnStrength = Callable[[StrengthProgress], None]


def strength_grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """From `low` to `high` in steps. Raises SpecError."""
    if not (0.0 < low <= high <= 1.0) or not math.isfinite(step) or step < LEAST_STEP:
        raise SpecError(
            "spec.strength.range",
            "no range of strengths",
            expected=f"above 0, low before high, up to 1, in steps of {LEAST_STEP} or more",
            got=f"{low:g} to {high:g} in steps of {step:g}",
        )
    count = int((high - low) / step + 1e-9) + 1
    return tuple(round(low + number * step, 4) for number in range(count))


def search_strength(
    bench: Workbench,
    spec: Spec,
    *,
    seeds: int = 3,
    low: float = 0.1,
    high: float = 0.9,
    step: float = 0.05,
    on_progress: OnStrength = lambda _progress: None,
    clock: Callable[[], float] = time.perf_counter,
) -> StrengthFound:
    """Search with `seeds` seeds, counted up from the spec's own; its source is the photo, its strength is not heard.

    Every picture is a run of its own: called again, what is made is taken, also after Ctrl-C (Interrupted). Raises
    SpecError, IdentityError (identity.unmeasured: no product can be told in the photo), and what `order_of` refuses.
    """
    grid = strength_grid(low, high, step)
    if not 1 <= seeds <= SEEDS_MAX:
        raise SpecError("spec.seed.range", "impossible number of seeds", expected=f"1 to {SEEDS_MAX}", got=str(seeds))
    if spec.source is None:
        raise SpecError("spec.source.missing", "a strength is searched for a photo", expected="a source picture")
    rounds = _orders(bench, spec, grid, seeds)
    search = _Search(bench, rounds, on_progress, clock)
    highest = search.highest()
    first = spec.seed if spec.seed is not None else defaults.SEED
    return StrengthFound(
        gate=search.gate,
        grid=grid,
        seeds=tuple(range(first, first + seeds)),
        strength=None if highest < 0 else grid[highest],
        tried=tuple(tried for _number, tried in sorted(search.tried.items())),
    )


def _orders(bench: Workbench, spec: Spec, grid: Sequence[float], seeds: int) -> list[tuple[float, dict[str, Order]]]:
    """Every strength with its orders by spec hash: all is decided before anything runs."""
    library = KnownSources(bench)
    asked = spec.model_copy(update={"mode": Mode.IMAGE_TO_IMAGE})
    rounds = []
    for strength in grid:
        specs = counted_up(asked.model_copy(update={"strength": strength}), seeds)
        orders = [order_of(bench, each, library) for each in specs]
        rounds.append((strength, {order.resolved.hash: order for order in orders}))
    return rounds


class _Search:
    """The bisection, and what it has tried by the number of the strength."""

    def __init__(
        self,
        bench: Workbench,
        rounds: list[tuple[float, dict[str, Order]]],
        on_progress: OnStrength,
        clock: Callable[[], float],
    ) -> None:
        self._bench, self._rounds, self._on_progress = bench, rounds, on_progress
        self._time = Timekeeper({}, clock)
        self._seeds = len(rounds[0][1])
        self._done = 0
        self.tried: dict[int, TriedStrength] = {}
        first = next(iter(rounds[0][1].values()))
        self.gate = _gate(bench, first)

    def highest(self) -> int:
        """The number of the answer; -1 where none passes."""
        passing, failing = -1, len(self._rounds)
        while True:
            while failing - passing > 1:
                middle = (passing + failing) // 2
                if self._passes(middle, failing - passing):
                    passing = middle
                else:
                    failing = middle
            below = next((number for number in range(passing - 1, -1, -1) if number not in self.tried), None)
            if below is not None and not self._passes(below, 1):
                passing, failing = -1, below
                continue
            if passing >= 0 and passing + AROUND < len(self._rounds):
                self._passes(passing + AROUND, 0)
            return passing

    def _passes(self, number: int, width: int) -> bool:
        if number not in self.tried:
            later = math.ceil(math.log2(width)) - 1 + AROUND if width > 1 else width
            self.tried[number] = self._try(number, max(0, later))
        return self.tried[number].passes

    def _try(self, number: int, later: int) -> TriedStrength:
        """All seeds at one strength, sharing denoiser calls; `later` rounds may follow."""
        strength, orders = self._rounds[number]
        pictures: dict[str, TriedPicture] = {}
        done = self._bench.store.done_among(orders)
        to_do = _shared(self._bench, {key: order for key, order in orders.items() if key not in done})
        self._time.expect({key: denoiser_calls(order) for key, order in to_do.items()}, later * self._seeds)
        at_most = self._done + (1 + later) * self._seeds

        def ended(spec_hash: str, run: Run, already: bool) -> None:
            self._time.ended(spec_hash, run)
            verdict = identity_of(self._bench, run) if run.state is RunState.SUCCEEDED else None
            picture = TriedPicture(run.resolved.intent.seed, run, verdict, already)
            pictures[spec_hash] = picture
            self._done += 1
            self._on_progress(StrengthProgress(strength, picture, self._done, at_most, self._time.left_s))

        ready = {**orders, **to_do}
        Sweep(self._bench, ready, fresh=False, on_event=self._time.observe, on_ended=ended).run()
        return TriedStrength(strength, tuple(pictures[key] for key in orders))


def _gate(bench: Workbench, order: Order) -> IdentityGate:
    """The gate of the photo's product, once the product can be told from its ground."""
    source = order.resolved.intent.source
    if order.source is None or source is None:
        raise AssertionError("image-to-image orders have a source")
    reason = tells_product(order.source)
    if reason is not None:
        raise IdentityError(
            "identity.unmeasured",
            f"no product can be told from its ground in {order.resolved.origin.source or 'the photo'}",
            expected="a product that stands out from its ground",
            got=reason,
            hint="take a photo on a plain ground, or lock the product instead",
        )
    return gate_for(source.digest, bench.settings.workspace)


def _shared(bench: Workbench, orders: Mapping[str, Order]) -> dict[str, Order]:
    settings = bench.settings
    overhead, room = partial(overhead_rows, settings=settings), partial(rows_with_room, settings=settings)
    return share(orders, limit=settings.slots, overhead=overhead, room=room)

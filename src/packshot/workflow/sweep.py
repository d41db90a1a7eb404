"""Many orders through one engine: claims them as there is room, hands each result on as soon as it is there."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from packshot.engine import Event, Lowered, SpreadEngine
from packshot.errors import PackshotError
from packshot.resolve import Order, denoiser_calls, group_of, lowered
from packshot.result import Run
from packshot.workflow.execute import take
from packshot.workflow.flight import Flight
from packshot.workflow.make import WAIT_S
from packshot.workflow.workbench import Workbench

OnRunEvent = Callable[[str, Event], None]
"""Of the run with that spec hash."""

OnEnded = Callable[[str, Run, bool], None]
"""Spec hash, run, and whether it was made before."""

OnBegun = Callable[[str, Run], None]
"""Spec hash, and the run that was claimed for it."""


class Sweep:
    """Runs orders by spec hash, those that can share a denoiser call one after the other.

    Those of an earlier turn come first (`turns`, by spec hash; a replicate of everything is a turn): whoever stops a
    sweep has equally many of each. `complete` gives an order what it needs only when it begins.
    What another process is at is left for later. What memory did not hold for some is not tried with the others.
    """

    def __init__(
        self,
        bench: Workbench,
        orders: Mapping[str, Order],
        *,
        fresh: bool,
        on_event: OnRunEvent,
        on_ended: OnEnded,
        on_begun: OnBegun = lambda _spec_hash, _run: None,
        turns: Mapping[str, int] | None = None,
        complete: Callable[[Order], Order] = lambda order: order,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bench = bench
        self._orders = dict(orders)
        self._fresh = fresh
        self._on_event, self._on_ended, self._on_begun = on_event, on_ended, on_begun
        self._sleep = sleep
        self._complete = complete
        self._waiting = deque(_by_group(self._orders, turns or {}))
        self._elsewhere: list[str] = []

    def run(self) -> None:
        """Until every order has a run. Ctrl-C gives all claims back and raises Interrupted; raises StoreError."""
        with Flight(self._bench) as flight:
            while self._waiting or self._elsewhere or len(flight):
                self._fill(flight)
                if len(flight):
                    ended = flight.step()
                    for run in ended:
                        self._on_ended(run.spec_hash, run, False)
                    if ended:
                        self._look_elsewhere()
                elif self._elsewhere:
                    self._sleep(WAIT_S)
                    self._look_elsewhere()

    def _fill(self, flight: Flight) -> None:
        while self._waiting and self._has_room(flight):
            spec_hash = self._waiting.popleft()
            order = self._orders[spec_hash]
            begun = self._bench.store.begin(order.resolved, fresh=self._fresh)
            if begun.outcome == "busy":
                self._elsewhere.append(spec_hash)
            elif begun.outcome == "done":
                self._on_ended(spec_hash, take(self._bench, self._complete(order), begun.run), True)
            else:
                self._on_begun(spec_hash, begun.run)
                failed = flight.launch(self._completed(order, begun.run), begun.run, partial(self._observe, spec_hash))
                if failed is not None:
                    self._on_ended(spec_hash, failed, False)

    def _has_room(self, flight: Flight) -> bool:
        """Asks the engine only once something is in flight: where all is done before, it is never made."""
        if not len(flight):
            return True
        order, engine = self._orders[self._waiting[0]], self._bench.engine()
        return len(flight) < (engine.capacity(order) if isinstance(engine, SpreadEngine) else _room(order))

    def _completed(self, order: Order, run: Run) -> Order:
        """The claim is given back where the order cannot be completed."""
        try:
            return self._complete(order)
        except PackshotError:
            self._bench.store.release(run.id)
            raise

    def _look_elsewhere(self) -> None:
        """Ask again for what another process had claimed: it may be done, or given up."""
        self._waiting.extend(self._elsewhere)
        self._elsewhere.clear()

    def _observe(self, spec_hash: str, event: Event) -> None:
        if isinstance(event, Lowered):
            group = group_of(self._orders[spec_hash])
            for other in self._waiting:
                if group_of(self._orders[other]) == group:
                    self._orders[other] = lowered(self._orders[other])
            self._orders[spec_hash] = replace(self._orders[spec_hash], resolved=event.resolved)
        self._on_event(spec_hash, event)


def _room(order: Order) -> int:
    """How many runs to have in flight: one more than the slots, so that a slot that becomes free finds the next."""
    slots = order.resolved.execution.slots
    return slots + 1 if slots > 1 else 1


def _by_group(orders: Mapping[str, Order], turns: Mapping[str, int]) -> list[str]:
    """Turn by turn; groups in the order of their first members: mixed, they would share half empty batches.

    Where slots are shared, the longest runs first: the last ones then end together.
    """
    first = {group_of(order): position for position, order in reversed(list(enumerate(orders.values())))}

    def turn(spec_hash: str) -> tuple[int, int, int]:
        order = orders[spec_hash]
        longest_first = -denoiser_calls(order) if order.resolved.execution.slots > 1 else 0
        return turns.get(spec_hash, 0), first[group_of(order)], longest_first

    return sorted(orders, key=turn)

"""Pictures of several jobs in one denoiser call: how many slots, which has to be the same for those that share it.

Who comes while others are at work takes their number of slots, so that they meet; more, where that is faster for all
of them together; and fewer again once most of them have gone. Alone, a picture has a call of its own, and nobody pays
for others' rows. With a fixed number every picture has that many, alone too: its last bits then never depend on who
else was there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Final

from packshot.resolve import Group, Order, kin_of, overhead_rows, rows_with_room, share, with_slots, worthwhile_slots
from packshot.settings import SLOTS, Settings

SPARSE: Final = 4
"""Slots for each picture at work that are too many."""

Orders = dict[str, Order]
"""The orders of a job by spec hash."""


class Crowd:
    """Who is at work now. May be asked from any thread. `slots` is a fixed number, None for what is fastest."""

    def __init__(self, settings: Settings, slots: int | None = None) -> None:
        self._settings = settings
        self._slots = slots
        self._lock = threading.Lock()
        self._members: dict[object, Orders] = {}
        self._limits: dict[Group, int] = {}

    @contextmanager
    def joined(self, orders: Mapping[str, Order]) -> Iterator[Orders]:
        """The orders with the slots that they share with others, for as long as the context lasts. Raises SpecError."""
        member = object()
        with self._lock:
            placed = self._placed(dict(orders))
            self._members[member] = placed
        try:
            yield placed
        finally:
            with self._lock:
                del self._members[member]

    def lowered(self, order: Order, slots: int) -> None:
        """Memory did not hold more than these for orders like this one: it is not tried again."""
        with self._lock:
            self._limits[kin_of(order)] = slots

    def _placed(self, orders: Orders) -> Orders:
        if self._slots is not None:
            return self._capped(share(orders, limit=self._settings.slots, slots=self._slots))
        overhead = partial(overhead_rows, settings=self._settings)
        room = partial(rows_with_room, settings=self._settings)
        others = [order for held in self._members.values() for order in held.values() if order.is_batched]
        beside = {f"beside {number}": order for number, order in enumerate(others)}
        limit = max((self._worthwhile(order) for order in orders.values()), default=1)
        shared = share(beside | orders, limit=limit, overhead=overhead, room=room)
        return self._capped({key: _met(shared[key], others) for key in orders})

    def _worthwhile(self, order: Order) -> int:
        """On a processor that is two, which save most of what can be saved; on a GPU all that the settings allow."""
        choices = [slots for slots in SLOTS if slots <= self._settings.slots]
        return worthwhile_slots(2, overhead_rows(order, self._settings), choices)

    def _capped(self, orders: Orders) -> Orders:
        return {key: self._cap(order) for key, order in orders.items()}

    def _cap(self, order: Order) -> Order:
        limit, execution = self._limits.get(kin_of(order)), order.resolved.execution
        if limit is None or execution.slots <= limit:
            return order
        return with_slots(order, limit, guided=execution.rows > execution.slots)


def _met(order: Order, others: list[Order]) -> Order:
    """The order in the largest call that its kin are in, unless that is too small for all, or far too large."""
    kin = [other.resolved.execution for other in others if kin_of(other) == kin_of(order)]
    if not kin or not order.is_batched:
        return order
    theirs = max(kin, key=lambda execution: execution.slots)
    fits = theirs.rows > theirs.slots or not order.is_guided
    if not fits or not order.resolved.execution.slots <= theirs.slots <= SPARSE * (len(kin) + 1):
        return order
    return with_slots(order, theirs.slots, guided=theirs.rows > theirs.slots)

"""Orders of many callers in one line: some the engine has, the others wait for it. Imports no torch.

An order is named by a ticket of the line's own, for the engine names only what it was given.
"""

from __future__ import annotations

import bisect
import itertools
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from packshot.engine.protocol import Cancelled, Event, Failed, Finished, Paused, Resumed, Started, Ticket
from packshot.resolve import Order

if TYPE_CHECKING:
    from packshot.engine.shared import Caller

ENDED: Final = (Finished, Failed, Cancelled)


@dataclass(slots=True, eq=False)
class Placed:
    """An order in the line. `due` is its place, `given` the engine's own ticket once it has it."""

    caller: Caller
    order: Order
    preview_every: int
    due: float
    ticket: Ticket
    given: Ticket | None = None
    paused: bool = False
    begun: bool = False


class Line:
    """Orders by their place, those of one place by age. May be looked at from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._places: list[Placed] = []
        self._by_ticket: dict[Ticket, Placed] = {}
        self._by_given: dict[Ticket, Placed] = {}

    @property
    def given(self) -> int:
        """How many orders the engine has and may work at."""
        return sum(not place.paused for place in self._by_given.values())

    def enter(self, caller: Caller, order: Order, preview_every: int, due: float) -> Placed:
        """A new order at its place."""
        with self._lock:
            place = Placed(caller, order, preview_every, due, next(self._numbers))
            bisect.insort(self._places, place, key=lambda each: (each.due, each.ticket))
            self._by_ticket[place.ticket] = place
            return place

    def leave(self, place: Placed) -> None:
        """This order is no more."""
        with self._lock:
            if self._by_ticket.pop(place.ticket, None) is not None:
                self._places.remove(place)
            if place.given is not None:
                self._by_given.pop(place.given, None)

    def find(self, ticket: Ticket) -> Placed | None:
        """The order of this ticket; None where it is no more."""
        return self._by_ticket.get(ticket)

    def next(self) -> Placed | None:
        """The first order that the engine is to have and has not."""
        with self._lock:
            return next((place for place in self._places if place.given is None and not place.paused), None)

    def give(self, place: Placed, given: Ticket) -> None:
        """The engine has it now, under that name."""
        with self._lock:
            place.given = given
            self._by_given[given] = place

    def at_work(self) -> set[Caller]:
        """Whose orders the engine has."""
        with self._lock:
            return {place.caller for place in self._by_given.values()}

    def ahead(self, caller: Caller) -> int:
        """How many counted orders of others come before the first of this caller's, and have not begun either."""
        with self._lock:
            waiting = [place for place in self._places if not place.begun]
        ours = next((number for number, place in enumerate(waiting) if place.caller is caller), 0)
        return sum(place.caller is not caller and place.caller.counted for place in waiting[:ours])

    def all_of(self, caller: Caller) -> list[Placed]:
        """Every order of a caller's that is not over."""
        with self._lock:
            return [place for place in self._places if place.caller is caller]

    def waits(self, place: Placed, said: type[Cancelled | Paused | Resumed]) -> list[Event]:
        """What is asked of an order that the engine has not holds at once; what is to be told of it."""
        if said is not Cancelled and place.paused is (said is Paused):
            return []
        place.paused = said is not Resumed
        return [said(place.ticket)]

    def translated(self, events: list[Event]) -> list[Event]:
        """The engine's events under the line's names; of an order that is no more, nothing."""
        told: list[Event] = []
        for event in events:
            place = self._by_given.get(event.ticket)
            if place is None:
                continue
            if isinstance(event, (Paused, Resumed)):
                place.paused = isinstance(event, Paused)
            told.append(replace(event, ticket=place.ticket))
        return told

    def heard(self, event: Event) -> Placed | None:
        """Whose event this is; with it the order has begun, or is over."""
        place = self._by_ticket.get(event.ticket)
        if place is None:
            return None
        if isinstance(event, Started):
            place.begun = True
        elif isinstance(event, ENDED):
            self.leave(place)
        return place

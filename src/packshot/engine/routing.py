"""Several engines behind one protocol: an order goes to the engine that knows its model. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from packshot.engine.protocol import Cancelled, Engine, Event, Failed, Finished, Ticket
from packshot.resolve import Order


@dataclass(frozen=True, slots=True)
class _Place:
    """An engine's name, and the ticket there."""

    engine: str
    ticket: Ticket


class RoutingEngine:
    """Makes an engine when the first order for it comes. Engines with work take turns, a step each.

    Tickets are this engine's own. `route` names the engine of an order.
    """

    def __init__(self, engines: Mapping[str, Callable[[], Engine]], route: Callable[[Order], str]) -> None:
        self._make = dict(engines)
        self._route = route
        self._engines: dict[str, Engine] = {}
        self._places: dict[Ticket, _Place] = {}
        self._tickets: dict[_Place, Ticket] = {}
        self._last = ""
        self._count = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return any(engine.busy for engine in self._engines.values())

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in its engine's queue."""
        name = self._route(order)
        if name not in self._engines:
            self._engines[name] = self._make[name]()
        place = _Place(name, self._engines[name].submit(order, preview_every=preview_every))
        self._count += 1
        self._places[self._count] = place
        self._tickets[place] = self._count
        return self._count

    def step(self) -> list[Event]:
        """One unit of work of the next engine that has some."""
        names = [name for name, engine in self._engines.items() if engine.busy]
        if not names:
            return []
        later = [name for name in names if name > self._last]
        self._last = min(later or names)
        return self._own(self._last, self._engines[self._last].step())

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        place = self._places.get(ticket)
        return self._own(place.engine, self._engines[place.engine].cancel(place.ticket)) if place else []

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside."""
        place = self._places.get(ticket)
        return self._own(place.engine, self._engines[place.engine].pause(place.ticket)) if place else []

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back."""
        place = self._places.get(ticket)
        return self._own(place.engine, self._engines[place.engine].resume(place.ticket)) if place else []

    def _own(self, name: str, events: list[Event]) -> list[Event]:
        """Another engine's events with this one's tickets; what has ended is forgotten."""
        own: list[Event] = []
        for event in events:
            place = _Place(name, event.ticket)
            ticket = self._tickets[place]
            own.append(replace(event, ticket=ticket))
            if isinstance(event, Finished | Failed | Cancelled):
                del self._tickets[place], self._places[ticket]
        return own

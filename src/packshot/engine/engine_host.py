"""An engine that works for a caller in another process: orders come in, what happened is fetched.

Tickets are the caller's. A thread owns the engine, so that it goes on while the caller keeps a picture. Knows nothing
of what carries the calls.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

import packshot
from packshot.engine.failure import failure_of
from packshot.engine.line import ENDED
from packshot.engine.protocol import Engine, Event, Failed, Ticket
from packshot.engine.shared import SharedEngine
from packshot.resolve import Order
from packshot.result import Failure, Pixels

OrderHere = Callable[[Order], Order]
"""An order as this machine has it: the same weights may lie in another folder."""


@dataclass(frozen=True, slots=True)
class HostRecipe:
    """How the other process makes its engine. Both functions travel there: they are found by name."""

    make: Callable[[], Engine]
    here: Callable[[], OrderHere]


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers: host, process, and the version of this package there."""

    host: str
    pid: int
    version: str


class EngineHost:
    """Never raises for an order: what is wrong with it is what happened to it."""

    def __init__(self, recipe: HostRecipe) -> None:
        self._here = recipe.here()
        self._engine = SharedEngine(recipe.make).caller()
        self._theirs: dict[Ticket, Ticket] = {}
        self._own: dict[Ticket, Ticket] = {}
        self._refused: list[Event] = []

    def hello(self) -> Hello:
        """Answers once this process is ready for orders."""
        return Hello(socket.gethostname(), os.getpid(), packshot.__version__)

    def give(self, ticket: Ticket, order: Order, source: Pixels | None, preview_every: int) -> None:
        """Take an order, its source (H, W, 3) beside it: many orders share one."""
        try:
            pixels = None if source is None else np.array(source)  # what came through shared memory is read-only
            own = self._engine.submit(self._here(replace(order, source=pixels)), preview_every=preview_every)
        except Exception as error:
            self._refused.append(Failed(ticket, failure_of(error)))
        else:
            self._theirs[own], self._own[ticket] = ticket, own

    def events(self) -> list[Event]:
        """Wait for what happens to these orders, and say it."""
        refused, self._refused = self._refused, []
        if refused:
            return refused
        if not self._engine.busy:
            return self._all_failed(Failure(code="engine.failed", message="the engine stopped without an answer"))
        try:
            happened = self._engine.step()
        except Exception as error:
            return self._all_failed(failure_of(error))
        return [theirs for event in happened if (theirs := self._told(event)) is not None]

    def drop(self, ticket: Ticket) -> None:
        """Give an order up."""
        own = self._own.pop(ticket, None)
        if own is not None:
            self._theirs.pop(own, None)
            self._engine.cancel(own)

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside."""
        own = self._own.get(ticket)
        return [] if own is None else [replace(event, ticket=ticket) for event in self._engine.pause(own)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""
        own = self._own.get(ticket)
        return [] if own is None else [replace(event, ticket=ticket) for event in self._engine.resume(own)]

    def _told(self, event: Event) -> Event | None:
        """With the caller's ticket; None for an order that was given up."""
        ticket = self._theirs.get(event.ticket)
        if ticket is None:
            return None
        if isinstance(event, ENDED):
            del self._theirs[event.ticket], self._own[ticket]
        return replace(event, ticket=ticket)

    def _all_failed(self, failure: Failure) -> list[Event]:
        tickets = list(self._own)
        self._theirs.clear()
        self._own.clear()
        return [Failed(ticket, failure) for ticket in tickets]

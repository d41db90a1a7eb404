"""One engine for many callers: a thread owns it, and each caller sees an engine of its own.

Callers' orders meet in the one queue and share its slots. What happens to an order is told to its caller alone. A
caller waits in `step` for its own events, and can be stopped from any thread: within one step of the engine its
orders are given up. Knows nothing about torch: the engine is made by the thread, with the first order.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeVar

from packshot.engine.protocol import Cancelled, Engine, Event, Failed, Finished, Paused, Resumed, Started, Ticket
from packshot.errors import EngineError, Interrupted
from packshot.resolve import Order

ENDED: Final = (Finished, Failed, Cancelled)

_LOG = logging.getLogger(__name__)
Value = TypeVar("Value")


class SharedEngine:
    """Owns the thread. `make` gives the engine that all callers share."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._commands: queue.SimpleQueue[Callable[[Engine], None] | None] = queue.SimpleQueue()
        self._callers: dict[Ticket, Caller] = {}
        self._waiting: list[_Place] = []
        self._places: dict[Ticket, _Place] = {}
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._closed = False
        self._thread.start()

    def caller(self, *, preview_every: int = 0, counted: bool = True) -> Caller:
        """An engine for one caller; `preview_every` denoiser calls it is given a preview of each of its orders.

        Nobody is told that they wait for a caller that is not `counted`.
        """
        return Caller(self, preview_every, counted=counted)

    def close(self) -> None:
        """Ends the thread after its current step. Orders that are left are told to nobody."""
        self._closed = True
        self._commands.put(None)
        self._thread.join()

    def ahead(self, caller: Caller) -> int:
        """How many orders of others came before the first of this caller's, and still wait. 0 where it has none."""
        waiting = list(self._waiting)
        ours = next((number for number, place in enumerate(waiting) if place.caller is caller), 0)
        return sum(place.caller is not caller and place.caller.counted for place in waiting[:ours])

    def ask(self, command: Callable[[Engine], Value]) -> Future[Value]:
        """Have the thread do something between two steps. Raises EngineError once the engine was closed."""
        if self._closed:
            raise EngineError("engine.failed", "the engine was closed", hint="start the program again")
        answer: Future[Value] = Future()

        def run(engine: Engine) -> None:
            try:
                answer.set_result(command(engine))
            except BaseException as error:
                answer.set_exception(error)

        self._commands.put(run)
        return answer

    def submit(self, caller: Caller, order: Order, preview_every: int) -> Ticket:
        """Put a caller's order in the queue; returns once the engine has it."""
        place = _Place(caller)
        self._waiting.append(place)

        def put(engine: Engine) -> Ticket:
            ticket = engine.submit(order, preview_every=preview_every)
            self._callers[ticket], self._places[ticket] = caller, place
            return ticket

        try:
            return self.ask(put).result()
        except BaseException:
            self._leave(place)
            raise

    def tell(self, events: list[Event]) -> None:
        """Each event to the caller of its order."""
        for event in events:
            if isinstance(event, (Started, *ENDED)):
                self._leave(self._places.pop(event.ticket, None))
            caller = self._callers.get(event.ticket)
            if caller is None:
                continue
            if isinstance(event, ENDED):
                del self._callers[event.ticket]
            caller.hear(event)

    def _run(self) -> None:
        engine: Engine | None = None
        while True:
            while engine is None or not engine.busy or not self._commands.empty():
                command = self._commands.get()
                if command is None:
                    return
                engine = self._obey(command, engine)
            self._step(engine)

    def _obey(self, command: Callable[[Engine], None], engine: Engine | None) -> Engine | None:
        if engine is None:
            try:
                engine = self._make()
            except Exception as error:
                _LOG.error("the engine cannot be made", exc_info=error)
                engine = None
                command(_Unmade(error))
                return None
        command(engine)
        return engine

    def _step(self, engine: Engine) -> None:
        """What the engine did not catch ends every order that it has, and nothing else."""
        try:
            self.tell(engine.step())
        except Exception as error:
            _LOG.error("the engine failed in a step", exc_info=error)
            tickets = list(self._callers)
            for ticket in tickets:
                engine.cancel(ticket)
            for caller in {self._callers.pop(ticket) for ticket in tickets}:
                caller.hear(error)
            for ticket in tickets:
                self._leave(self._places.pop(ticket, None))

    def _leave(self, place: _Place | None) -> None:
        """This order waits no more, where it still did."""
        if place in self._waiting:
            self._waiting.remove(place)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """An order in the queue, from the moment its caller gives it."""

    caller: Caller


class Caller:
    """An `Engine` for one caller, used from one thread; `stop` may be called from any."""

    def __init__(self, shared: SharedEngine, preview_every: int, *, counted: bool = True) -> None:
        self.counted = counted
        self._shared = shared
        self._preview_every = preview_every
        self._heard: queue.SimpleQueue[Event | Exception | None] = queue.SimpleQueue()
        self._open: set[Ticket] = set()
        self._paused: set[Ticket] = set()
        self._stopped = False

    @property
    def busy(self) -> bool:
        """Whether an order of this caller waits or runs."""
        return bool(self._open - self._paused)

    @property
    def tickets(self) -> frozenset[Ticket]:
        """Orders that have not ended."""
        return frozenset(tuple(self._open))

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue that all callers share. Raises Interrupted after `stop`."""
        self._raise_if_stopped()
        ticket = self._shared.submit(self, order, preview_every or self._preview_every)
        self._open.add(ticket)
        return ticket

    def step(self) -> list[Event]:
        """Wait for what happens to this caller's orders. Raises Interrupted once it was stopped."""
        if not self.busy and self._heard.empty():
            self._raise_if_stopped()
            return []
        heard = [self._heard.get()]
        while not self._heard.empty():
            heard.append(self._heard.get())
        events = self._events(heard)
        if not any(isinstance(event, Finished) for event in events):
            self._raise_if_stopped()
        return events

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        self._open.discard(ticket)
        self._paused.discard(ticket)
        return self._shared.ask(lambda engine: self._quietly(engine, ticket)).result()

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside until it is resumed."""
        events = self._shared.ask(lambda engine: engine.pause(ticket)).result()
        self._paused |= {event.ticket for event in events if isinstance(event, Paused)}
        return events

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""
        events = self._shared.ask(lambda engine: engine.resume(ticket)).result()
        self._paused -= {event.ticket for event in events if isinstance(event, Resumed)}
        return events

    def stop(self) -> None:
        """Give up every order, now and later: who waits in `step` is woken. Does not wait for the engine."""
        self._stopped = True
        for ticket in self.tickets:
            self._shared.ask(lambda engine, ticket=ticket: self._shared.tell(engine.cancel(ticket)))  # type: ignore[misc]
        self._heard.put(None)

    def hear(self, event: Event | Exception) -> None:
        """Called by the engine's thread."""
        self._heard.put(event)

    @property
    def ahead(self) -> int:
        """How many orders of others come before the first of this caller's that waits."""
        return self._shared.ahead(self)

    def _quietly(self, engine: Engine, ticket: Ticket) -> list[Event]:
        events = engine.cancel(ticket)
        self._shared.tell(events)
        return events

    def _events(self, heard: list[Event | Exception | None]) -> list[Event]:
        events: list[Event] = []
        for each in heard:
            if isinstance(each, Exception):
                self._open.clear()
                raise EngineError("engine.failed", f"the engine failed: {type(each).__name__}: {each}") from each
            if each is not None:
                events.append(each)
        self._open -= {event.ticket for event in events if isinstance(event, ENDED)}
        return events

    def _raise_if_stopped(self) -> None:
        if self._stopped:
            raise Interrupted("stopped; everything finished so far is kept")


class _Unmade:
    """Stands for an engine that could not be made: whatever is asked of it says why."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @property
    def busy(self) -> bool:
        """Never."""
        return False

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Raises."""
        raise self._error

    def step(self) -> list[Event]:
        """Nothing."""
        return []

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Nothing."""
        return []

    def pause(self, ticket: Ticket) -> list[Event]:
        """Nothing."""
        return []

    def resume(self, ticket: Ticket) -> list[Event]:
        """Nothing."""
        return []

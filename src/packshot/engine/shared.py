"""One engine for many callers: a thread owns it, and each caller sees an engine of its own.

Callers' orders meet in one line and share the engine's slots. The engine is given as many as keep it busy, and no more:
so an order that somebody waits for passes those of a patient caller, which wait here. What happens to an order is told
to its caller alone. A caller waits in `step` for its own events, and can be stopped from any thread: within one step
of the engine its orders are given up. Knows nothing about torch: the thread makes the engine, with the first order.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from packshot.engine.failure import failure_of
from packshot.engine.line import ENDED, Line
from packshot.engine.protocol import Cancelled, Engine, Event, Failed, Finished, Paused, Resumed, SpreadEngine, Ticket
from packshot.errors import EngineError, Interrupted
from packshot.resolve import Order

LEAST: Final = 4
"""Orders that the engine has in any case: those of several models or sizes begin without a pause."""

_LOG = logging.getLogger(__name__)
Value = TypeVar("Value")


class SharedEngine:
    """Owns the thread. `make` gives the engine that all callers share; `clock` gives seconds."""

    def __init__(self, make: Callable[[], Engine], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._clock = clock
        self._commands: queue.SimpleQueue[Callable[[Engine | Exception], None] | None] = queue.SimpleQueue()
        self._line = Line()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._closed = False
        self._is_made = False
        self._thread.start()

    def caller(self, *, preview_every: int = 0, counted: bool = True, patience_s: float = 0.0) -> Caller:
        """An engine for one caller; `preview_every` denoiser calls it is given a preview of each of its orders.

        Nobody is told that they wait for a caller that is not `counted`. An order takes its place in the line as if it
        had come `patience_s` seconds later.
        """
        return Caller(self, preview_every, counted=counted, patience_s=patience_s)

    def close(self) -> None:
        """Ends the thread after its current step. Orders that are left are told to nobody."""
        self._closed = True
        self._commands.put(None)
        self._thread.join()

    def ahead(self, caller: Caller) -> int:
        """How many orders of others come before the first of this caller's, and still wait. 0 where it has none."""
        return self._line.ahead(caller)

    def ask(self, command: Callable[[Engine], Value]) -> Future[Value]:
        """Have the thread do something between two steps. Raises EngineError once the engine was closed."""
        if self._closed:
            raise EngineError("engine.failed", "the engine was closed", hint="start the program again")
        answer: Future[Value] = Future()

        def run(engine: Engine | Exception) -> None:
            try:
                if isinstance(engine, Exception):
                    raise engine
                answer.set_result(command(engine))
            except BaseException as error:
                answer.set_exception(error)

        self._commands.put(run)
        return answer

    def submit(self, caller: Caller, order: Order, preview_every: int) -> Ticket:
        """Put a caller's order in the line. Waits for the engine to be made, and raises what that raises."""
        place = self._line.enter(caller, order, preview_every, self._clock() + caller.patience_s)
        try:
            fed = self.ask(self._feed)
            if not self._is_made:
                fed.result()
        except BaseException:
            self._line.leave(place)
            raise
        return place.ticket

    def cancel(self, engine: Engine, ticket: Ticket) -> list[Event]:
        """Called by the engine's thread: give an order up, and tell its caller, too."""
        events = self._through(engine, ticket, engine.cancel, Cancelled)
        self._tell(engine, events)
        return events

    def pause(self, engine: Engine, ticket: Ticket) -> list[Event]:
        """Called by the engine's thread: set an order aside. What is told is given back, to nobody else."""
        return self._through(engine, ticket, engine.pause, Paused)

    def resume(self, engine: Engine, ticket: Ticket) -> list[Event]:
        """Called by the engine's thread: put a paused order back."""
        return self._through(engine, ticket, engine.resume, Resumed)

    def _through(
        self,
        engine: Engine,
        ticket: Ticket,
        do: Callable[[Ticket], list[Event]],
        said: type[Cancelled | Paused | Resumed],
    ) -> list[Event]:
        """Of an order that the engine has, `do` it; one that it has not yet waits here, and changes at once."""
        place = self._line.find(ticket)
        if place is None:
            return []
        events = self._line.waits(place, said) if place.given is None else self._line.translated(do(place.given))
        self._feed(engine)
        return events

    def _feed(self, engine: Engine) -> None:
        """Hand over the next orders, as long as the engine has use for them. What it refuses fails, and that alone."""
        while (place := self._line.next()) is not None and self._line.given < _room(engine, place.order):
            try:
                self._line.give(place, engine.submit(place.order, preview_every=place.preview_every))
            except Exception as error:
                self._line.leave(place)
                place.caller.hear(Failed(place.ticket, failure_of(error)))

    def _tell(self, engine: Engine, events: list[Event]) -> None:
        """Each event to the caller of its order."""
        for event in events:
            place = self._line.heard(event)
            if place is not None:
                place.caller.hear(event)
        self._feed(engine)

    def _run(self) -> None:
        engine: Engine | None = None
        while True:
            while engine is None or not engine.busy or not self._commands.empty():
                command = self._commands.get()
                if command is None:
                    return
                engine = self._obey(command, engine)
            self._step(engine)

    def _obey(self, command: Callable[[Engine | Exception], None], engine: Engine | None) -> Engine | None:
        """Whoever asks of an engine that cannot be made is told why."""
        if engine is None:
            try:
                engine = self._make()
            except Exception as error:
                _LOG.error("the engine cannot be made", exc_info=error)
                command(error)
                return None
            self._is_made = True
        command(engine)
        return engine

    def _step(self, engine: Engine) -> None:
        """What the engine did not catch ends every order of those whom it worked for, and nothing else."""
        try:
            self._tell(engine, self._line.translated(engine.step()))
        except Exception as error:
            _LOG.error("the engine failed in a step", exc_info=error)
            for caller in self._line.at_work():
                for place in self._line.all_of(caller):
                    if place.given is not None:
                        engine.cancel(place.given)
                    self._line.leave(place)
                caller.hear(error)
            self._feed(engine)


def _room(engine: Engine, order: Order) -> int:
    """How many orders the engine is given: two full batches, so that a slot that becomes free finds the next."""
    if isinstance(engine, SpreadEngine):
        return engine.capacity(order)
    return max(2 * order.resolved.execution.slots, LEAST)


class Caller:
    """An `Engine` for one caller, used from one thread; `stop` may be called from any."""

    def __init__(
        self, shared: SharedEngine, preview_every: int, *, counted: bool = True, patience_s: float = 0.0
    ) -> None:
        self.counted = counted
        self.patience_s = patience_s
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
        return self._shared.ask(lambda engine: self._shared.cancel(engine, ticket)).result()

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside until it is resumed."""
        events = self._shared.ask(lambda engine: self._shared.pause(engine, ticket)).result()
        self._paused |= {event.ticket for event in events if isinstance(event, Paused)}
        return events

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""
        events = self._shared.ask(lambda engine: self._shared.resume(engine, ticket)).result()
        self._paused -= {event.ticket for event in events if isinstance(event, Resumed)}
        return events

    def stop(self) -> None:
        """Give up every order, now and later: who waits in `step` is woken. Does not wait for the engine."""
        self._stopped = True
        for ticket in self.tickets:
            self._shared.ask(lambda engine, ticket=ticket: self._shared.cancel(engine, ticket))  # type: ignore[misc]
        self._heard.put(None)

    def hear(self, event: Event | Exception) -> None:
        """Called by the engine's thread."""
        self._heard.put(event)

    @property
    def ahead(self) -> int:
        """How many orders of others come before the first of this caller's that waits."""
        return self._shared.ahead(self)

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

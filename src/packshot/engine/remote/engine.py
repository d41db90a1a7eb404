"""The engine for models on servers: a thread a request, as many on their way to a model as an order's slots say.

A request that is on its way cannot be called back: of one that was given up the answer is thrown away, and that of a
paused one kept until it is resumed.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from packshot.engine.failure import failure_of
from packshot.engine.honesty import refuse_dishonest
from packshot.engine.protocol import Advanced, Cancelled, Event, Failed, Finished, Paused, Resumed, Started, Ticket
from packshot.engine.remote.answer import picture_of
from packshot.engine.remote.client import Client, GivenUp
from packshot.engine.remote.provenance import provenance_of
from packshot.engine.remote.request import asked_of, reference_of
from packshot.resolve import Order
from packshot.result import Timings

POLL_S: Final = 0.02
"""How long a step waits for an answer: other engines of the process have their turn between two steps."""

NAME_BYTES: Final = 16

Ended = Finished | Failed


@dataclass(slots=True, eq=False)
class _Run:
    """An order; `ended` is the end of a paused one, kept until it is resumed."""

    order: Order
    stop: threading.Event = field(default_factory=threading.Event)
    sent: bool = False
    paused: bool = False
    ended: Ended | None = None


class RemoteEngine:
    """Sends orders by age. `random_bytes` name requests; `clock` gives seconds, of which only differences count."""

    def __init__(
        self,
        client: Client,
        *,
        random_bytes: Callable[[int], bytes],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._client = client
        self._random_bytes = random_bytes
        self._clock = clock
        self._runs: dict[Ticket, _Run] = {}
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._tickets = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return any(not run.paused for run in self._runs.values())

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue. Servers tell nothing on the way: there is nothing to preview."""
        self._tickets += 1
        self._runs[self._tickets] = _Run(order)
        return self._tickets

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up. One that waits for its next try ends at once; what the server makes of the rest is lost."""
        run = self._runs.pop(ticket, None)
        if run is None:
            return []
        run.stop.set()
        return [Cancelled(ticket)]

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside; one on its way goes on, and its picture waits."""
        run = self._runs.get(ticket)
        if run is None or run.paused:
            return []
        run.paused = True
        return [Paused(ticket)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue, in its place by age."""
        run = self._runs.get(ticket)
        if run is None or not run.paused:
            return []
        run.paused = False
        if run.ended is not None:
            self._ended.put(run.ended)
        return [Resumed(ticket)]

    def step(self) -> list[Event]:
        """Take the answers that have come, send what there is room for; with neither, wait a moment for an answer."""
        if not self.busy:
            return []
        events = self._taken() + self._begun()
        return events or self._taken(POLL_S)

    def _begun(self) -> list[Event]:
        events: list[Event] = []
        on_the_way = Counter(run.order.model.reference for run in self._runs.values() if run.sent and run.ended is None)
        for ticket, run in self._runs.items():
            reference = run.order.model.reference
            if run.sent or run.paused or on_the_way[reference] >= run.order.resolved.execution.slots:
                continue
            run.sent = True
            on_the_way[reference] += 1
            threading.Thread(target=self._work, args=(ticket, run), name="remote", daemon=True).start()
            events.append(Started(ticket, run.order.resolved.intent.steps_taken))
        return events

    def _taken(self, wait_s: float = 0.0) -> list[Event]:
        events: list[Event] = []
        try:
            while True:
                ended = self._ended.get(timeout=wait_s) if wait_s and not events else self._ended.get_nowait()
                events += self._kept(ended)
        except queue.Empty:
            return events

    def _kept(self, ended: Ended) -> list[Event]:
        """What is said of an end: nothing where nobody wants it any more, or not yet."""
        run = self._runs.get(ended.ticket)
        if run is None:
            return []
        if run.paused:
            run.ended = ended
            return []
        del self._runs[ended.ticket]
        steps = run.order.resolved.intent.steps_taken
        return [*([Advanced(ended.ticket, steps, steps)] if isinstance(ended, Finished) else []), ended]

    def _work(self, ticket: Ticket, run: _Run) -> None:
        """In the request's own thread."""
        try:
            self._ended.put(self._made(ticket, run))
        except GivenUp:
            return
        except Exception as error:
            self._ended.put(Failed(ticket, failure_of(error)))

    def _made(self, ticket: Ticket, run: _Run) -> Finished:
        began = self._clock()
        order, reference = run.order, reference_of(run.order)
        intent = order.resolved.intent
        asked = asked_of(order)
        prepared_s = self._clock() - began
        answer = self._client.ask(reference, asked, self._random_bytes(NAME_BYTES).hex(), run.stop)
        decoding = self._clock()
        picture = picture_of(answer.body, (intent.width, intent.height), intent.prompt)
        refuse_dishonest(picture.pixels, order.source)
        decode_s = self._clock() - decoding
        told = self._client.told(reference)
        timings = Timings(
            encode_s=prepared_s, denoise_s=answer.seconds, decode_s=decode_s, total_s=self._clock() - began
        )
        notes = picture.notes + ((f"the server was asked {answer.tries} times",) if answer.tries > 1 else ())
        return Finished(ticket, picture.pixels, provenance_of(order, answer.server, told, notes), timings)

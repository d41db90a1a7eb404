"""Many engines on a Ray cluster behind the protocol of one: each takes the next order when it has room.

An engine's process that dies is replaced, and its orders begin again elsewhere: this process alone keeps pictures, so
none is lost and none is there twice. Which engine makes a picture does not change it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import packshot
from packshot.engine.engine_host import EngineHost, Hello, HostRecipe
from packshot.engine.line import ENDED
from packshot.engine.protocol import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Lowered,
    Paused,
    Preview,
    Resumed,
    Ticket,
)
from packshot.engine.ray_cluster import connect, room
from packshot.engine.ray_sources import SentSources
from packshot.errors import ClusterError, EngineError
from packshot.resolve import Group, Order, group_of
from packshot.result import Failure

DEATHS: Final = 3
"""So often an order's process may die, the last time with nothing else in it, before the order is taken for the cause.
And so often in a row may a process die that had no order yet, before its engine is given up."""

LOOK_S: Final = 1.0
"""A step without news ends after so many seconds."""

GATHER_S: Final = 20.0
"""How long the first engine waits for the others to come up, so that the first orders are spread."""

START_S: Final = 300.0
"""How long to wait for a first engine: a cluster may be busy with other work."""


@dataclass(slots=True, eq=False)
class _Remote:
    """An engine's process: `said` will be its answer to hello, `at` is it; `listening` are events being fetched."""

    actor: Any
    said: Any
    deaths: int = 0
    at: Hello | None = None
    listening: Any = None
    tickets: set[Ticket] = field(default_factory=set)

    @property
    def ready(self) -> bool:
        """Whether it takes orders."""
        return self.at is not None


@dataclass(slots=True, eq=False)
class _Given:
    """An order, and which engine has it; None while it waits."""

    order: Order
    preview_every: int
    remote: _Remote | None = None
    deaths: int = 0
    paused: bool = False

    @property
    def suspect(self) -> bool:
        """Whether to make it with nothing beside it: its process died too often to be chance."""
        return self.deaths >= DEATHS - 1


class RayEngine:
    """Connects when it is made. `close` ends the engines and the connection.

    `cores` is what an engine on a CPU takes. Raises ClusterError: no Ray, no cluster, no room in it.
    """

    def __init__(
        self,
        recipe: HostRecipe,
        address: str | None,
        *,
        gpu: bool,
        cores: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._ray = connect(address)
        try:
            engines = room(self._ray, gpu=gpu, cores=cores)
            needs = {"num_cpus": 1, "num_gpus": 1} if gpu else {"num_cpus": cores}
            self._actor = self._ray.remote(EngineHost).options(max_restarts=0, **needs)
            self._recipe = recipe
            self._remotes = [self._start() for _ in range(engines)]
        except BaseException:
            self._ray.shutdown()
            raise
        self._sources = SentSources(self._ray.put)
        self._orders: dict[Ticket, _Given] = {}
        self._waiting: deque[Ticket] = deque()
        self._tickets = 0
        self._began = clock()
        self._gathered = False
        self._why = ""
        known = self._ray.exceptions
        self._losses = (known.RayActorError, known.ObjectLostError, known.WorkerCrashedError, known.OutOfMemoryError)

    @property
    def at(self) -> list[Hello]:
        """The engines that are up, by host and process."""
        return [remote.at for remote in self._remotes if remote.at is not None]

    @property
    def engines(self) -> int:
        """How many there are, up or about to be."""
        return len(self._remotes)

    @property
    def busy(self) -> bool:
        """Whether an order waits or runs."""
        return any(not given.paused for given in self._orders.values())

    def capacity(self, order: Order) -> int:
        """The slots of every engine that is up, and one order more for each."""
        return max(1, sum(remote.ready for remote in self._remotes)) * _room(order)

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue. What only the store needs of it stays here."""
        self._tickets += 1
        bare = replace(order, source_original=None, source_labels=None, source_file=None, mask=None)
        self._orders[self._tickets] = _Given(bare, preview_every)
        self._waiting.append(self._tickets)
        return self._tickets

    def step(self) -> list[Event]:
        """Hand orders on, and wait a moment for what happens to them. Raises EngineError where no engine is left."""
        if not self.busy:
            return []
        self._feed()
        asked = self._asked()
        if not asked:
            raise self._nobody()
        ready, _ = self._ray.wait(list(asked), num_returns=1, timeout=LOOK_S)
        if ready:
            ready, _ = self._ray.wait(list(asked), num_returns=len(asked), timeout=0)
        events = [event for ref in ready for event in self._hear(asked[ref], ref)]
        if not any(remote.ready for remote in self._remotes) and self._clock() - self._began > START_S:
            raise self._nobody()
        self._feed()
        return events

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up. Does not wait for its engine."""
        given = self._orders.pop(ticket, None)
        if given is None:
            return []
        with suppress(ValueError):
            self._waiting.remove(ticket)
        if given.remote is not None:
            given.remote.tickets.discard(ticket)
            given.remote.actor.drop.remote(ticket)
        return [Cancelled(ticket)]

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside, where it is."""
        given = self._orders.get(ticket)
        if given is None or given.paused:
            return []
        if given.remote is None:
            self._waiting.remove(ticket)
        elif not self._forward(given.remote.actor.pause, ticket):
            return []
        given.paused = True
        return [Paused(ticket)]

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""
        given = self._orders.get(ticket)
        if given is None or not given.paused:
            return []
        given.paused = False
        if given.remote is None:
            self._waiting.append(ticket)
        else:
            self._forward(given.remote.actor.resume, ticket)
        return [Resumed(ticket)]

    def close(self) -> None:
        """End every engine, and leave the cluster."""
        for remote in self._remotes:
            with suppress(Exception):
                self._ray.kill(remote.actor)
        self._remotes.clear()
        self._ray.shutdown()

    def _start(self, deaths: int = 0) -> _Remote:
        actor = self._actor.remote(self._recipe)
        return _Remote(actor, actor.hello.remote(), deaths)

    def _feed(self) -> None:
        """The oldest orders first, each to the engine with the most room, before all to one that is at its like."""
        if not self._all_up():
            return
        while self._waiting:
            given = self._orders[self._waiting[0]]
            most = 1 if given.suspect else _room(given.order)
            free = [each for each in self._remotes if each.ready and len(each.tickets) < most and not self._tries(each)]
            if not free:
                return
            group = group_of(given.order)
            best = min(free, key=lambda each: (self._others(each, group), len(each.tickets)))
            self._hand(self._waiting.popleft(), best)

    def _all_up(self) -> bool:
        """Whether to begin: once every engine is up, or the first ones waited long enough."""
        up = sum(remote.ready for remote in self._remotes)
        self._gathered = self._gathered or up == len(self._remotes) or self._clock() - self._began > GATHER_S
        return self._gathered and up > 0

    def _others(self, remote: _Remote, group: Group) -> bool:
        """Whether it is at orders that cannot share a call with this group."""
        return any(group_of(self._orders[ticket].order) != group for ticket in remote.tickets)

    def _tries(self, remote: _Remote) -> bool:
        """Whether it is at an order that is to be alone."""
        return any(self._orders[ticket].suspect for ticket in remote.tickets)

    def _hand(self, ticket: Ticket, remote: _Remote) -> None:
        given = self._orders[ticket]
        given.remote = remote
        remote.tickets.add(ticket)
        source = self._sources.sent(given.order)
        remote.actor.give.remote(ticket, replace(given.order, source=None), source, given.preview_every)

    def _asked(self) -> dict[Any, _Remote]:
        """What is waited for: engines that come up, and the events of those that have orders."""
        asked: dict[Any, _Remote] = {}
        for remote in self._remotes:
            if not remote.ready:
                asked[remote.said] = remote
            elif any(not self._orders[ticket].paused for ticket in remote.tickets):
                remote.listening = remote.listening or remote.actor.events.remote()
                asked[remote.listening] = remote
        return asked

    def _hear(self, remote: _Remote, ref: Any) -> list[Event]:
        try:
            said = self._ray.get(ref)
        except self._losses as error:
            return self._lost(remote, error)
        if not remote.ready:
            _check_version(said)
            remote.at = said
            return []
        remote.listening = None
        return [told for event in said for told in self._told(remote, event)]

    def _told(self, remote: _Remote, event: Event) -> Iterable[Event]:
        """Nothing of orders that were given up meanwhile."""
        given = self._orders.get(event.ticket)
        if given is None or given.remote is not remote:
            return
        if isinstance(event, Lowered):
            given.order = replace(given.order, resolved=event.resolved)
        if isinstance(event, ENDED):
            remote.tickets.discard(event.ticket)
            del self._orders[event.ticket]
        if isinstance(event, Finished | Preview):  # not to hold on to the memory that processes share
            event = replace(event, pixels=event.pixels.copy())
        yield event

    def _lost(self, remote: _Remote, error: Exception) -> list[Event]:
        """A process died: another takes its place, and its orders begin again before all that wait."""
        self._why = next(iter(str(error).splitlines()), "")
        with suppress(Exception):
            self._ray.kill(remote.actor)
        self._remotes.remove(remote)
        deaths = 0 if remote.tickets else remote.deaths + 1
        if deaths < DEATHS:
            self._remotes.append(self._start(deaths))
        if not any(each.ready for each in self._remotes):
            self._began = self._clock()
        return [event for ticket in sorted(remote.tickets, reverse=True) for event in self._again(ticket)]

    def _again(self, ticket: Ticket) -> Iterable[Event]:
        given = self._orders[ticket]
        given.remote = None
        given.deaths += 1
        if given.deaths >= DEATHS:
            del self._orders[ticket]
            yield Failed(ticket, _deadly(self._why))
        elif not given.paused:
            self._waiting.appendleft(ticket)

    def _forward(self, method: Any, ticket: Ticket) -> bool:
        """Whether the engine did it; one that died has lost its orders, which the next step finds out."""
        try:
            return bool(self._ray.get(method.remote(ticket)))
        except self._ray.exceptions.RayActorError:
            return False

    def _nobody(self) -> EngineError:
        return EngineError(
            "engine.failed",
            "no engine came up on the cluster, or all of them died",
            got=self._why or f"none within {START_S:.0f} s",
            hint="`ray status` shows what the cluster is busy with; the next call goes on with what is missing",
        )


def _room(order: Order) -> int:
    """One order more than the slots, so that a slot that becomes free finds the next."""
    return order.resolved.execution.slots + 1


def _check_version(said: Hello) -> None:
    """Another version may make other pictures under the same hash."""
    if said.version != packshot.__version__:
        raise ClusterError(
            "cluster.resources",
            f"another version of Packshot is on {said.host}",
            expected=packshot.__version__,
            got=said.version,
            hint="install the same version on every machine of the cluster",
        )


def _deadly(why: str) -> Failure:
    return Failure(
        code="engine.failed",
        message=f"the process that made it died {DEATHS} times: {why}",
        hint="too little memory may be the cause: --memory balanced, or fewer --slots",
    )

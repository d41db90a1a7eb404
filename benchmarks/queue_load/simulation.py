"""The queue as a model: askers, a database, workers and a place for pictures, each with what a request costs there.

A discrete-event simulation. Service times are exponential around the measured means. A process computes one thing at a
time (Python's lock) and waits for servers without computing; a worker has so many jobs at once, looks for new ones
twice a second and whenever one ends. Knows nothing of how the costs were measured.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

LOOK_EVERY_S: Final = 0.5

TURN_S: Final = 0.004
"""Of a process at a core that others want too."""

Step = tuple["Station", float]
"""Who computes, and the mean time, in seconds."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of CPU of one request by part: when it is asked for, and when it is worked at."""

    asking: float
    asking_database: float
    working: float
    working_database: float
    working_pictures: float = 0.0

    @property
    def database(self) -> float:
        """Of the database in all."""
        return self.asking_database + self.working_database

    @property
    def together(self) -> float:
        """Of all parts."""
        return self.asking + self.working + self.database + self.working_pictures


@dataclass(frozen=True, slots=True)
class Parts:
    """How many there are of each. `pictures` is how many requests are answered at once, None for as many as come.

    `machine` is how many cores all of them share, None where each process has its own. `speed` is how fast they are,
    1 where the costs were measured.
    """

    askers: int
    workers: int
    database: int
    pictures: int | None = None
    machine: int | None = None
    at_once: int = 16
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """`accepted` and `done` are a second; `busy` is the share of the time that each part computed, 1 where it is full.

    `latencies_s` from due to done, of what was done, sorted; `waiting` is how many jobs waited at the end.
    """

    offered: float
    accepted: float
    done: float
    latencies_s: tuple[float, ...]
    waiting: int
    busy: dict[str, float]

    def latency_s(self, share: float) -> float:
        """Of those that were done."""
        return float(np.quantile(self.latencies_s, share)) if self.latencies_s else float("nan")

    @property
    def fullest(self) -> str:
        """The part that was busiest."""
        return max(self.busy, key=lambda part: self.busy[part])


@dataclass(slots=True, eq=False)
class Station:
    """`servers` at once, the rest in line. `busy_s` is the time that servers were held, in all."""

    servers: int
    held: int = 0
    busy_s: float = 0.0
    line: deque[Callable[[], None]] = field(default_factory=deque)

    def enter(self, begin: Callable[[], None]) -> None:
        """Calls it with a server, at once or after all who came before."""
        if self.held < self.servers:
            self.held += 1
            begin()
        else:
            self.line.append(begin)

    def leave(self, seconds: float) -> None:
        """Gives a server back that was held for so long, to the next in line."""
        self.busy_s += seconds
        if self.line:
            self.line.popleft()()
        else:
            self.held -= 1


class Clock:
    """What happens when, in order; as a queue of calls."""

    def __init__(self) -> None:
        self.now = 0.0
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Calls it so much later."""
        heapq.heappush(self._due, (self.now + seconds, next(self._numbers), call))

    def run(self, until: float) -> None:
        """Everything that happens before then."""
        while self._due and self._due[0][0] <= until:
            self.now, _, call = heapq.heappop(self._due)
            call()
        self.now = until

    def hold(self, station: Station, seconds: float, then: Callable[[], None]) -> None:
        """Waits for one server of the station, and takes it for so long."""

        def begin() -> None:
            self.after(seconds, end)

        def end() -> None:
            station.leave(seconds)
            then()

        station.enter(begin)

    def compute(self, station: Station, machine: Station | None, seconds: float, then: Callable[[], None]) -> None:
        """The same; with a machine it takes turns there with all others, as processes do."""
        if machine is None:
            self.hold(station, seconds, then)
            return

        def turn(left: float) -> None:
            if left <= 0.0:
                station.leave(seconds)
                then()
                return
            self.hold(machine, min(left, TURN_S), lambda: turn(left - TURN_S))

        station.enter(lambda: turn(seconds))


class _Worker:
    """Takes jobs as long as it has room."""

    def __init__(self, model: _Model) -> None:
        self._model = model
        self._room = model.parts.at_once
        self.process = Station(1)

    def look(self) -> None:
        while self._room and self._model.waiting:
            due = self._model.waiting.popleft()
            self._room -= 1
            self._model.go(self._model.worked(self.process), lambda due=due: self._ended(due))  # type: ignore[misc]

    def tick(self) -> None:
        self.look()
        self._model.clock.after(LOOK_EVERY_S, self.tick)

    def _ended(self, due: float) -> None:
        self._room += 1
        self._model.latencies.append(self._model.clock.now - due)
        self.look()


class _Model:
    def __init__(self, parts: Parts, costs: Costs, rng: np.random.Generator) -> None:
        self.parts, self.costs = parts, costs
        self.clock = Clock()
        self.waiting: deque[float] = deque()
        self.latencies: list[float] = []
        self.accepted = 0
        self._rng = rng
        self._machine = None if parts.machine is None else Station(parts.machine)
        self._askers = [Station(1) for _ in range(parts.askers)]
        self._database = Station(parts.database)
        self._pictures = None if parts.pictures is None else Station(parts.pictures)
        self._workers = [_Worker(self) for _ in range(parts.workers)]

    def run(self, rate: float, seconds: float) -> None:
        for number, worker in enumerate(self._workers):
            self.clock.after(LOOK_EVERY_S * (number + 1) / len(self._workers), worker.tick)
        at, turns = 0.0, itertools.cycle(self._askers)
        while (at := at + float(self._rng.exponential(1 / rate))) < seconds:
            self.clock.after(at, lambda at=at, asker=next(turns): self._asked(at, asker))  # type: ignore[misc]
        self.clock.run(seconds)

    def busy(self, seconds: float) -> dict[str, float]:
        found = {
            "askers": sum(each.busy_s for each in self._askers) / len(self._askers),
            "workers": sum(each.process.busy_s for each in self._workers) / len(self._workers),
            "database": self._database.busy_s / self._database.servers,
        }
        if self._pictures is not None:
            found["pictures"] = self._pictures.busy_s / self._pictures.servers
        if self._machine is not None:
            found["machine"] = self._machine.busy_s / self._machine.servers
        return {part: busy_s / seconds for part, busy_s in found.items()}

    def worked(self, process: Station) -> Iterator[Step]:
        """Half of it before the picture is there, half of it after; between them the database, and S3."""
        for share in (0.5, 0.5):
            yield process, share * self.costs.working
            yield self._database, share * self.costs.working_database
            if self._pictures is not None:
                yield self._pictures, share * self.costs.working_pictures

    def go(self, steps: Iterator[Step], then: Callable[[], None]) -> None:
        """One step after the other."""
        station, mean_s = next(steps, (None, 0.0))
        if station is None:
            then()
            return
        seconds = float(self._rng.exponential(mean_s)) / self.parts.speed
        self.clock.compute(station, self._machine, seconds, lambda: self.go(steps, then))

    def _asked(self, due: float, asker: Station) -> None:
        steps = [(asker, self.costs.asking), (self._database, self.costs.asking_database)]
        self.go(iter(steps), lambda: self._kept(due))

    def _kept(self, due: float) -> None:
        self.accepted += 1
        self.waiting.append(due)


def simulate(parts: Parts, costs: Costs, rate: float, seconds: float, seed: int = 0) -> Simulated:
    """Requests as a Poisson process at `rate` a second for so many seconds."""
    model = _Model(parts, costs, np.random.default_rng(seed))
    model.run(rate, seconds)
    return Simulated(
        offered=rate,
        accepted=model.accepted / seconds,
        done=len(model.latencies) / seconds,
        latencies_s=tuple(sorted(model.latencies)),
        waiting=len(model.waiting),
        busy=model.busy(seconds),
    )


BEHIND_S: Final = 2.0
"""Whoever keeps up has left, at the end, no more than what was asked for in so many seconds."""

FULL: Final = 0.95
"""Of its time: where no part is so busy and few wait, what is left at the end is only on its way."""

MORE: Final = 4.0
"""Times as many at most, from one try to the next."""


def grown(costs: Costs, rate: float, seconds: float, seed: int, parts: Parts) -> list[tuple[Parts, Simulated]]:
    """Adds to whatever part is fullest, as many as it lacks, until the rate is carried. Each try, in order."""
    tries = []
    while True:
        found = simulate(parts, costs, rate, seconds, seed)
        tries.append((parts, found))
        is_quiet = found.busy[found.fullest] < FULL and found.waiting <= rate * BEHIND_S
        if is_quiet or found.done * seconds >= rate * (seconds - BEHIND_S):
            return tries
        carried = found.accepted if found.fullest == "askers" else found.done
        parts = _more(parts, found.fullest, min(MORE, rate / max(carried, 1.0)))


def _more(parts: Parts, part: str, times: float) -> Parts:
    count = getattr(parts, part)
    return replace(parts, **{part: max(count + 1, math.ceil(count * times))})


def lines(tries: list[tuple[Parts, Simulated]]) -> list[str]:
    """Markdown: a line for each try."""
    columns = ("API processes", "workers", "database cores", "done a second", "p50 s", "p95 s", "waiting", "full")
    table = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    for parts, found in tries:
        counts = f"{parts.askers} | {parts.workers} | {parts.database}"
        times = f"{found.latency_s(0.5):.2f} | {found.latency_s(0.95):.2f}"
        full = f"{found.fullest} ({found.busy[found.fullest]:.0%})"
        table.append(f"| {counts} | {found.done:.0f} | {times} | {found.waiting:,} | {full} |")
    return table

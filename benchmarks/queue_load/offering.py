"""A process that asks for pictures at a stated rate, whatever comes of them, and works at none itself."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.queue_load.job_cost import picture
from benchmarks.queue_load.place import Place, bench_of
from packshot.errors import ServiceError
from packshot.service import Service

THREADS: Final = 8
"""That ask at once, as a server of HTTP has them."""

SIDE_PX: Final = 64

APART: Final = 10_000_000
"""Seeds between two processes: nobody asks for another's picture."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One of `processes` that together offer `rate` requests a second, for so many seconds."""

    number: int
    processes: int
    rate: float
    seconds: float
    seed: int
    most: int
    side_px: int
    fixed: bool = False

    def arrivals(self) -> Iterator[float]:
        """Seconds after the start, Poisson or evenly spaced."""
        rng = np.random.default_rng((self.seed, self.number))
        mean = self.processes / self.rate
        at = mean * (self.number + 1) / self.processes if self.fixed else float(rng.exponential(mean))
        while at < self.seconds:
            yield at
            at += mean if self.fixed else float(rng.exponential(mean))


@dataclass(frozen=True, slots=True)
class Offered:
    """What became of what was offered by one process: when each job that was kept had been due, by its id.

    `late` is what was due and could not even be asked for in time: the process was too slow. CPU in seconds.
    """

    due_at: dict[str, float]
    refused: int
    late: int
    cpu_s: float


def offer(place: Place, asking: Asking, ready: Barrier, over: Event, told: Queue[Offered]) -> None:
    """Asks until the time is up. Times are those of `time.time()`."""
    _import_all()
    with bench_of(place, f"asks-{asking.number}") as bench:
        service = Service(bench, works=False, most=asking.most)
        due_at: dict[str, float] = {}
        refused: list[float] = []
        arrivals = list(asking.arrivals())
        rest = iter(enumerate(arrivals))
        lock = threading.Lock()
        ready.wait()
        begun, cpu_s = time.time(), time.process_time()

        def ask() -> None:
            while time.time() < begun + asking.seconds:
                with lock:
                    count, at = next(rest, (0, None))
                if at is None:
                    return
                time.sleep(max(0.0, begun + at - time.time()))
                try:
                    job = service.make([picture(APART * (asking.number + 1) + count, asking.side_px)])
                    due_at[job.id] = begun + at
                except ServiceError:
                    refused.append(at)

        threads = [threading.Thread(target=ask) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu_s = time.process_time() - cpu_s
        told.put(Offered(due_at, len(refused), len(arrivals) - len(due_at) - len(refused), cpu_s))
        over.wait()
        service.close()


def work(place: Place, number: int, ready: Barrier, over: Event) -> None:
    """A process that works at whatever waits."""
    _import_all()
    with bench_of(place, f"works-{number}") as bench:
        ready.wait()
        service = Service(bench)
        over.wait()
        service.close(patience_s=60.0)


def _import_all() -> None:
    """One picture in a place of its own: what a process does with its first takes seconds, once."""
    with tempfile.TemporaryDirectory() as folder, bench_of(Place(Path(folder)), "first") as bench:
        service = Service(bench)
        over = service.over(service.make([picture(0, SIDE_PX)]).id)
        if over is not None:
            over.result(300)
        service.close()

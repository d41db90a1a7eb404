"""What a job costs, call by call: transactions, statements and CPU of everything that asks the store.

First all are asked for, then all are worked at, by services in this process. The calls of the store, and what is done
besides, are counted by the outermost of them. CPU is that of the calling thread, so waiting costs nothing; the
servers' own is told apart.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, Final
from unittest import mock

from sqlalchemy import Engine, event

import packshot.service.service
import packshot.service.work
import packshot.store.pictures
import packshot.workflow.flight
import packshot.workflow.measuring
from benchmarks.queue_load.place import Place, bench_of
from benchmarks.queue_load.simulation import Costs
from benchmarks.queue_load.watching import cpu_s
from packshot.result import Job, JobState
from packshot.service import Service
from packshot.spec import Spec
from packshot.store import FilePictureStore, SqlStore
from packshot.store.s3_pictures import S3PictureStore

OUTSIDE: Final = (
    (packshot.service.service, "orders_of", "resolve, when it is asked"),
    (packshot.service.work, "orders_of", "resolve, when it is begun"),
    (packshot.workflow.measuring, "evaluate", "evidence derived"),
    (packshot.workflow.flight, "picture_digest", "digest of the picture"),
)
"""What a job does that is no call of the store: where, by which name, and in words."""

LOOK_EVERY_S: Final = 0.2
REQUESTS_OF_PICTURES: Final = ("put", "is_intact", "get", "has")


@dataclass(slots=True)
class Spent:
    """How often, and what it cost in all. Times are seconds of CPU of this process."""

    calls: int = 0
    transactions: int = 0
    statements: int = 0
    connections: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0


class Meter:
    """What was spent by name. Threads count for themselves; a call within another belongs to the outer one."""

    def __init__(self) -> None:
        self.spent: dict[str, Spent] = {}
        self._lock = threading.Lock()
        self._inside = threading.local()

    def counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, counted."""

        @wraps(call)
        def run(*given: Any, **named: Any) -> Any:
            if getattr(self._inside, "name", None) is not None:
                return call(*given, **named)
            self._inside.name, cpu, wall = name, time.thread_time(), time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self._inside.name = None
                self.note(name, calls=1, cpu_s=time.thread_time() - cpu, wall_s=time.perf_counter() - wall)

        return run

    def note(self, name: str | None = None, **more: float) -> None:
        """Adds to what the thread is at, or to `name`."""
        chosen = name or getattr(self._inside, "name", None) or "outside any call"
        with self._lock:
            spent = self.spent.setdefault(chosen, Spent())
            for field, value in more.items():
                setattr(spent, field, getattr(spent, field) + value)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Counts all statements and transactions of this process."""

        def statement(*_given: Any) -> None:
            self.note(statements=1)

        def begun(*_given: Any) -> None:
            self.note(transactions=1)

        def connected(*_given: Any) -> None:
            self.note(connections=1)

        with ExitStack() as stack:
            heard = (("before_cursor_execute", statement), ("begin", begun), ("connect", connected))
            for kind, hear in heard:
                event.listen(Engine, kind, hear)
                stack.callback(event.remove, Engine, kind, hear)
            for name, method in inspect.getmembers(SqlStore, inspect.isfunction):
                if not name.startswith("_") and name not in ("worker", "close", "links"):
                    stack.enter_context(mock.patch.object(SqlStore, name, self.counted(f"store.{name}", method)))
            for place in (FilePictureStore, S3PictureStore):
                for name in REQUESTS_OF_PICTURES:
                    counted = self.counted(f"pictures.{name}", getattr(place, name))
                    stack.enter_context(mock.patch.object(place, name, counted))
            for module, name, words in OUTSIDE:
                stack.enter_context(mock.patch.object(module, name, self.counted(words, getattr(module, name))))
            yield


@dataclass(frozen=True, slots=True)
class JobCost:
    """`costs` are seconds of CPU of one job by part; `spent` is by call, of all jobs together."""

    jobs: int
    costs: Costs
    spent: dict[str, Spent]


def job_cost(place: Place, jobs: int, side_px: int) -> JobCost:
    """Asks for so many pictures, then works at all of them."""
    meter = Meter()
    with bench_of(place, "cost") as bench:
        asking = Service(bench, works=False, most=jobs + 1)
        first = Service(bench)  # what is done once: imports, connections, statements that are compiled
        _wait_for(first, [first.make([picture(-1, side_px)])])
        first.close()
        with meter.listening():
            before = _cpu_s(place)
            made = [asking.make([picture(number, side_px)]) for number in range(jobs)]
            asked = _cpu_s(place)
            working = Service(bench)
            _wait_for(working, made)
            done = _cpu_s(place)
        working.close()
        asking.close()
    asking_s, working_s = (
        {part: (later[part] - earlier[part]) / jobs for part in before}
        for earlier, later in ((before, asked), (asked, done))
    )
    costs = Costs(
        asking_s["here"],
        asking_s.get("database", 0.0),
        working_s["here"],
        working_s.get("database", 0.0),
        working_s.get("pictures", 0.0),
    )
    return JobCost(jobs, costs, meter.spent)


def _wait_for(service: Service, jobs: Sequence[Job]) -> None:
    """Asks seldom, so that it costs next to nothing."""
    while service.count_open():
        time.sleep(LOOK_EVERY_S)
    assert {service.bench.store.job(job.id).state for job in jobs} == {JobState.DONE}


def _cpu_s(place: Place) -> dict[str, float]:
    """Of this process and of each server until now."""
    return {"here": time.process_time(), **cpu_s({part: [pid] for part, pid in place.pids.items()})}


def picture(number: int, side_px: int) -> Spec:
    """A picture that nobody asked for before, of one step."""
    prompt = "product photo of a red mug on a white background"
    return Spec(prompt=prompt, seed=number + 2, steps=1, width=side_px, height=side_px)


def lines(cost: JobCost) -> list[str]:
    """Markdown: a line for each call, the dearest first; counts and milliseconds are of one job."""
    columns = ("a job's call", "calls", "transactions", "statements", "connections", "ms of CPU", "ms")
    head = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    by_cpu = sorted(cost.spent.items(), key=lambda item: -item[1].cpu_s)

    def line(name: str, spent: Spent) -> str:
        counts = (spent.calls, spent.transactions, spent.statements, spent.connections)
        told = (*counts, 1000 * spent.cpu_s, 1000 * spent.wall_s)
        return f"| {name} | " + " | ".join(f"{each / cost.jobs:.2f}" for each in told) + " |"

    all_of_it = Spent()
    for spent in cost.spent.values():
        for field in fields(Spent):
            setattr(all_of_it, field.name, getattr(all_of_it, field.name) + getattr(spent, field.name))
    rest = cost.costs.asking + cost.costs.working - all_of_it.cpu_s / cost.jobs
    return [
        *head,
        *(line(name, spent) for name, spent in by_cpu),
        f"| all else (threads, the fake engine, Python) | | | | | {1000 * rest:.2f} | |",
        line("**together**", all_of_it),
    ]

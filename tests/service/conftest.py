"""A service on a workspace of its own: the fake engine, or one whose steps a test lets go one by one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from packshot.engine import Event, FakeEngine
from packshot.result import Job
from packshot.service import Service, View
from packshot.settings import QUEUE_MAX
from packshot.store import SqlStore
from tests.workflow.conftest import open_bench  # noqa: F401  (its fixture)

PATIENCE_S = 120.0


class HeldEngine(FakeEngine):
    """A fake engine that takes a step only when the test says so; `let_go()` lets it run."""

    def __init__(self, **asked: object) -> None:
        super().__init__(**asked)  # type: ignore[arg-type]
        self._steps = threading.Semaphore(0)
        self._free = threading.Event()

    def allow(self, steps: int) -> None:
        self._steps.release(steps)

    def let_go(self) -> None:
        self._free.set()
        self._steps.release(1)

    def step(self) -> list[Event]:
        if not self._free.is_set():
            self._steps.acquire()
        return super().step()


@pytest.fixture
def open_service(open_bench: Callable) -> Callable:  # noqa: F811
    """Opens a service, as often as a test likes, and closes it."""

    @contextmanager
    def opened(
        engine: FakeEngine | None = None,
        *,
        most: int = QUEUE_MAX,
        slots: int | None = None,
        works: bool = True,
        warm_first: bool = False,
        **changes: object,
    ) -> Iterator[Service]:
        with open_bench(engine, **changes) as bench:
            service = Service(bench, most=most, slots=slots, works=works, warm_first=warm_first)
            try:
                yield service
            finally:
                if isinstance(engine, HeldEngine):
                    engine.let_go()
                service.close()

    return opened


@pytest.fixture
def service(open_service: Callable) -> Iterator[Service]:
    with open_service() as opened:
        yield opened


def wait_for(condition: Callable[[], object], what: str = "") -> None:
    """Raises where it does not come true."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not happen: {what or condition}")
        time.sleep(0.005)


def finished(service: Service, job: Job) -> View:
    """The job's last view, once it is over."""
    wait_for(lambda: not service.look(job.id).job.is_open, job.id)
    return service.look(job.id)


def die_at(service: Service, job: Job, deaths: int) -> None:
    """As if so many processes had died at the job."""
    store = service.bench.store
    assert isinstance(store, SqlStore)
    for number in range(deaths):
        dead = store.worker(f"dead {number}")
        assert job.id in [each.id for each in dead.take_jobs([job.kind], limit=99, alone=True).jobs]
        with store._database.write() as connection:
            connection.exec_driver_sql(f"UPDATE job SET lease_until = NULL WHERE id = '{job.id}'")
        store.recover_jobs()

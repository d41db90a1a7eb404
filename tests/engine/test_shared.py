"""Many callers of one engine: each hears of its own orders, and can be stopped alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from packshot.engine import Event, FakeEngine, Finished, SharedEngine, fake_picture
from packshot.errors import EngineError, Interrupted
from packshot.resolve import Order
from packshot.result import picture_digest


@pytest.fixture
def shared() -> Iterator[SharedEngine]:
    engine = SharedEngine(FakeEngine)
    yield engine
    engine.close()


def drain(caller) -> list:  # type: ignore[no-untyped-def]
    events = []
    while caller.busy:
        events += caller.step()
    return events


def test_each_caller_hears_of_its_own_orders_alone(shared: SharedEngine, order: Callable[..., Order]) -> None:
    heard: dict[int, list] = {}

    def call(number: int) -> None:
        caller = shared.caller()
        for seed in range(5):
            caller.submit(order(seed=100 * number + seed))
        heard[number] = [event for event in drain(caller) if isinstance(event, Finished)]

    threads = [threading.Thread(target=call, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for number, events in heard.items():
        expected = [picture_digest(fake_picture(order(seed=100 * number + seed).resolved)) for seed in range(5)]
        assert [picture_digest(event.pixels) for event in events] == expected
    assert len(heard) == 6


class SlowEngine(FakeEngine):
    def step(self) -> list[Event]:
        time.sleep(0.002)
        return super().step()


def test_a_stopped_caller_is_woken_and_the_others_are_not(order: Callable[..., Order]) -> None:
    shared = SharedEngine(SlowEngine)
    stopped, other = shared.caller(), shared.caller()
    other.submit(order(seed=2))
    stopped.submit(order(seed=1))
    stopped.stop()
    with pytest.raises(Interrupted):
        drain(stopped)
    with pytest.raises(Interrupted):
        stopped.submit(order(seed=3))
    assert any(isinstance(event, Finished) for event in drain(other))
    shared.close()


def test_an_engine_that_cannot_be_made_says_why_every_time(order: Callable[..., Order]) -> None:
    def unmade() -> FakeEngine:
        raise EngineError("engine.device", "no such device")

    shared = SharedEngine(unmade)
    for _ in range(2):
        with pytest.raises(EngineError, match="no such device"):
            shared.caller().submit(order())
    shared.close()
    with pytest.raises(EngineError, match="closed"):
        shared.caller().submit(order())


def test_paused_orders_wait_without_being_busy(order: Callable[..., Order]) -> None:
    shared = SharedEngine(SlowEngine)
    caller = shared.caller()
    ticket = caller.submit(order(steps=150))
    caller.pause(ticket)
    assert not caller.busy
    caller.resume(ticket)
    assert caller.busy
    assert any(isinstance(event, Finished) for event in drain(caller))
    shared.close()


class Ordered(FakeEngine):
    """Waits for `go`, and writes down in which order pictures are finished."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.seeds: list[int] = []
        self._seed_of: dict[int, int] = {}

    def submit(self, order: Order, *, preview_every: int = 0) -> int:
        ticket = super().submit(order, preview_every=preview_every)
        self._seed_of[ticket] = order.resolved.intent.seed
        return ticket

    def step(self) -> list[Event]:
        self.go.wait(60)
        time.sleep(0.001)
        events = super().step()
        self.seeds += [self._seed_of[event.ticket] for event in events if isinstance(event, Finished)]
        return events


def test_a_person_passes_a_sweep_and_the_sweep_goes_on(order: Callable[..., Order]) -> None:
    """Of a sweep that gave all its orders at once, only what the engine has already comes first."""
    engine = Ordered()
    shared = SharedEngine(lambda: engine)
    sweep, person = shared.caller(patience_s=60), shared.caller()
    for seed in range(10):
        sweep.submit(order(seed=seed))
    person.submit(order(seed=99))
    engine.go.set()
    drain(person)
    drain(sweep)
    assert engine.seeds == [0, 99, *range(1, 10)]
    shared.close()


def test_patience_has_an_end(order: Callable[..., Order]) -> None:
    now = [0.0]
    engine = Ordered()
    shared = SharedEngine(lambda: engine, clock=lambda: now[0])
    sweep, people = shared.caller(patience_s=60), shared.caller()
    for seed in range(6):
        sweep.submit(order(seed=seed))
    now[0] = 59.0
    people.submit(order(seed=90))
    now[0] = 61.0
    people.submit(order(seed=91))
    assert people.ahead == 0
    engine.go.set()
    drain(people)
    drain(sweep)
    assert engine.seeds == [0, 90, 1, 2, 3, 4, 5, 91]
    shared.close()


def test_orders_that_wait_can_be_given_up_and_set_aside(order: Callable[..., Order]) -> None:
    engine = Ordered()
    engine.go.set()
    shared = SharedEngine(lambda: engine)
    caller, other = shared.caller(), shared.caller()
    tickets = [caller.submit(order(seed=seed, steps=150 if seed < 2 else 1)) for seed in range(7)]
    other.submit(order(seed=50, steps=1))
    caller.pause(tickets[5])
    assert caller.pause(tickets[5]) == []
    caller.cancel(tickets[6])
    drain(caller)
    drain(other)
    caller.resume(tickets[5])
    assert caller.resume(tickets[5]) == []
    drain(caller)
    assert engine.seeds == [0, 1, 2, 3, 4, 50, 5]
    shared.close()

"""An engine that works for another process, without one: what it tells, in the other's tickets."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import packshot
from packshot.engine import Event, Failed, FakeEngine, Finished, HostRecipe, fake_picture
from packshot.engine.engine_host import EngineHost
from packshot.engine.models_here import ModelsHere
from packshot.engine.ray_sources import KEPT, SentSources
from packshot.errors import ModelError
from packshot.models import Catalogue
from packshot.resolve import Order
from packshot.result import picture_digest
from tests.engine.ray_clusters import orders_as_they_are


def host_of(make: Callable[[], FakeEngine] = FakeEngine) -> EngineHost:
    return EngineHost(HostRecipe(make, orders_as_they_are))


def told(host: EngineHost, count: int) -> list[Event]:
    """Events until so many orders have ended."""
    events: list[Event] = []
    until = time.monotonic() + 30
    while sum(isinstance(event, Finished | Failed) for event in events) < count and time.monotonic() < until:
        events += host.events()
    return events


def test_orders_come_back_under_the_tickets_they_came_with(order: Callable[..., Order]) -> None:
    host = host_of()
    assert host.hello().version == packshot.__version__
    for ticket in (70, 71):
        host.give(ticket, order(seed=ticket), None, 0)
    made = {event.ticket: event for event in told(host, 2) if isinstance(event, Finished)}
    for ticket in (70, 71):
        assert picture_digest(made[ticket].pixels) == picture_digest(fake_picture(order(seed=ticket).resolved))


def test_a_source_that_came_alone_is_the_orders_again_and_may_be_written_to(
    order: Callable[..., Order], photo: Path, library: object
) -> None:
    whole = order(source=str(photo), strength=0.5)
    shared = whole.source.copy()  # type: ignore[union-attr]
    shared.flags.writeable = False
    seen: list[Order] = []

    class Looking(FakeEngine):
        def submit(self, order: Order, *, preview_every: int = 0) -> int:
            seen.append(order)
            return super().submit(order, preview_every=preview_every)

    host = host_of(Looking)
    host.give(1, replace(whole, source=None), shared, 0)
    assert isinstance(told(host, 1)[-1], Finished)
    assert np.array_equal(seen[0].source, whole.source)  # type: ignore[arg-type]
    assert seen[0].source.flags.writeable  # type: ignore[union-attr]


def test_an_order_that_cannot_be_taken_has_failed_and_the_next_is_made(order: Callable[..., Order]) -> None:
    class Choosy(FakeEngine):
        def submit(self, order: Order, *, preview_every: int = 0) -> int:
            if order.resolved.intent.seed == 1:
                raise ModelError("model.changed", "not the recorded weights")
            return super().submit(order, preview_every=preview_every)

    host = host_of(Choosy)
    host.give(5, order(seed=1), None, 0)
    host.give(6, order(seed=2), None, 0)
    events = told(host, 2)
    assert [(event.ticket, event.failure.code) for event in events if isinstance(event, Failed)] == [
        (5, "model.changed")
    ]
    assert [event.ticket for event in events if isinstance(event, Finished)] == [6]


def test_an_engine_that_breaks_fails_what_it_had(order: Callable[..., Order]) -> None:
    class Broken(FakeEngine):
        def step(self) -> list[Event]:
            raise RuntimeError("the card fell off the bus")

    host = host_of(Broken)
    host.give(1, order(seed=1), None, 0)
    failed = told(host, 1)[-1]
    assert isinstance(failed, Failed)
    assert failed.ticket == 1
    assert "fell off the bus" in failed.failure.message


def test_a_dropped_order_is_not_heard_of_again(order: Callable[..., Order]) -> None:
    host = host_of()
    host.give(1, order(seed=1), None, 0)
    host.give(2, order(seed=2), None, 0)
    host.drop(1)
    assert {event.ticket for event in told(host, 1)} == {2}


def test_an_order_travels_in_few_bytes_and_finds_its_model_there(
    order: Callable[..., Order], catalogue: Catalogue
) -> None:
    sent = order(seed=1)
    data = pickle.dumps(sent)
    assert len(data) < 100_000, "sources apart, an order is a few settings and a model's description"
    arrived = pickle.loads(data)
    assert arrived.resolved == sent.resolved
    assert ModelsHere(catalogue)(arrived).model.folder == sent.model.folder
    pin = sent.model.pin.model_copy(update={"digest": "sha256:" + "0" * 64})
    with pytest.raises(ModelError) as error:
        ModelsHere(catalogue)(replace(arrived, model=replace(arrived.model, pin=pin)))
    assert error.value.code == "model.changed"


def test_a_source_is_sent_once_and_few_are_held(order: Callable[..., Order], photo: Path) -> None:
    put: list[object] = []

    def kept(pixels: object) -> int:
        put.append(pixels)
        return len(put)

    sources = SentSources(kept)
    first = order(source=str(photo), strength=0.5)
    assert sources.sent(order()) is None
    assert sources.sent(first) == sources.sent(order(source=str(photo), strength=0.9, seed=8)) == 1
    for width in range(KEPT):
        assert sources.sent(order(source=str(photo), strength=0.5, width=72 + 8 * width, height=64)) == width + 2
    assert sources.sent(first) == KEPT + 2, "the oldest was let go"

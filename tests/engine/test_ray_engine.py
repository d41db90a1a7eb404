"""Engines on a real Ray: the pictures of a local run, on one machine and on two, also where a process is killed."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from packshot.engine import Failed, FakeEngine, Finished, Lowered, Paused, Resumed, SpreadEngine
from packshot.engine.ray_cluster import DEFAULTS
from packshot.engine.ray_engine import DEATHS, RayEngine
from packshot.errors import ClusterError
from packshot.resolve import Order
from packshot.result import picture_digest
from tests.engine.driving import drain, finished
from tests.engine.ray_clusters import DEADLY, FAKE, SLOW, ray_environment, two_nodes  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("ray_environment")


def digests_here(orders: list[Order]) -> list[str]:
    engine = FakeEngine()
    tickets = [engine.submit(order) for order in orders]
    made = finished(drain(engine))
    return [picture_digest(made[ticket].pixels) for ticket in tickets]


@pytest.fixture
def engine() -> Iterator[Callable[..., RayEngine]]:
    """`engine(SLOW, address)`: closed at the end."""
    opened: list[RayEngine] = []

    def made(recipe: Any = FAKE, address: str | None = None, cores: int = 1) -> RayEngine:
        opened.append(RayEngine(recipe, address, gpu=False, cores=cores))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


@pytest.mark.slow
def test_a_cluster_of_this_machine_alone_makes_the_same_pictures(
    engine: Callable[..., RayEngine], order: Callable[..., Order]
) -> None:
    there = engine(cores=os.cpu_count() or 1)
    assert isinstance(there, SpreadEngine)
    orders = [order(seed=seed) for seed in range(4)]
    tickets = [there.submit(each) for each in orders]
    assert there.pause(tickets[3])[0] == Paused(tickets[3])
    made = finished(drain(there))
    assert [picture_digest(made[ticket].pixels) for ticket in tickets[:3]] == digests_here(orders)[:3]
    assert made[tickets[0]].pixels.flags.writeable, "a copy, not the memory that processes share"
    assert there.resume(tickets[3]) == [Resumed(tickets[3])]
    assert list(finished(drain(there))) == [tickets[3]]
    assert [each.host for each in there.at] == [socket.gethostname()]
    assert not there.busy


def test_ray_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError) as error:
        RayEngine(FAKE, None, gpu=False, cores=1)
    assert error.value.code == "cluster.extra"
    assert "packshot[ray]" in str(error.value.hint)
    assert {name: os.environ[name] for name in ("RAY_AUTH_MODE", "RAY_USAGE_STATS_ENABLED")} == {
        name: DEFAULTS[name] for name in ("RAY_AUTH_MODE", "RAY_USAGE_STATS_ENABLED")
    }


@pytest.mark.parametrize("address", ["", "nowhere:port", ":6379", "127.0.0.1:1", "127.0.0.1:99999"])
def test_an_address_where_nobody_listens_is_refused_at_once(address: str) -> None:
    with pytest.raises(ClusterError) as error:
        RayEngine(FAKE, address, gpu=False, cores=1)
    assert error.value.code == "cluster.unreachable"
    assert error.value.hint or error.value.expected


@pytest.mark.slow
def test_two_machines_share_the_orders_and_a_killed_process_loses_none(
    engine: Callable[..., RayEngine], order: Callable[..., Order]
) -> None:
    with two_nodes() as cluster:
        there = engine(SLOW, cluster.address)
        orders = [order(seed=seed) for seed in range(24)]
        tickets = [there.submit(each) for each in orders]
        made: dict[int, Finished] = {}
        killed = 0
        while there.busy:
            for event in there.step():
                assert not isinstance(event, Failed | Lowered)
                if isinstance(event, Finished):
                    assert event.ticket not in made, "none twice"
                    made[event.ticket] = event
            if not killed and len(made) >= 4:
                assert len(there.at) == 3
                assert there.capacity(orders[0]) == 3 * (orders[0].resolved.execution.slots + 1)
                killed = there.at[0].pid
                os.kill(killed, signal.SIGKILL)
        assert killed
        assert [picture_digest(made[ticket].pixels) for ticket in tickets] == digests_here(orders)
        assert killed not in {each.pid for each in there.at}
        there.close()


@pytest.mark.slow
def test_an_order_that_kills_its_process_fails_alone(
    engine: Callable[..., RayEngine], order: Callable[..., Order]
) -> None:
    there = engine(SLOW)
    good = [there.submit(order(seed=seed)) for seed in range(3)]
    deadly = there.submit(order(prompt=DEADLY))
    good += [there.submit(order(seed=seed)) for seed in range(3, 9)]
    events = drain(there)
    failed = [event for event in events if isinstance(event, Failed)]
    assert [event.ticket for event in failed] == [deadly], "and not what it took along"
    assert f"{DEATHS} times" in failed[0].failure.message
    assert sorted(finished(events)) == sorted(good)


@pytest.mark.slow
def test_a_machine_that_is_too_small_is_told(engine: Callable[..., RayEngine]) -> None:
    with two_nodes() as cluster:
        with pytest.raises(ClusterError) as error:
            engine(FAKE, cluster.address, cores=3)
        assert error.value.code == "cluster.resources"
        assert "2 cores" in str(error.value.got)

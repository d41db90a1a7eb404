"""What tests on a real Ray need: an environment of their own, and engines that take their time, or die.

The functions are named in recipes: Ray's processes import this module to find them.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from packshot.engine import Event, FakeEngine, HostRecipe, OrderHere, Ticket, ray_engine
from packshot.resolve import Order

ROOT = Path(__file__).resolve().parents[2]
DEADLY = "a mug that kills"


class SlowEngine(FakeEngine):
    """Takes a moment for each step, so that there is a middle; a deadly prompt ends the process."""

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        if order.resolved.intent.prompt == DEADLY:
            os._exit(1)
        return super().submit(order, preview_every=preview_every)

    def step(self) -> list[Event]:
        time.sleep(0.05)
        return super().step()


def same_order(order: Order) -> Order:
    return order


def orders_as_they_are() -> OrderHere:
    return same_order


SLOW = HostRecipe(SlowEngine, orders_as_they_are)
FAKE = HostRecipe(FakeEngine, orders_as_they_are)


@pytest.fixture
def ray_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is nobody else's, no cluster but one's own, and a path on which Ray's processes find the tests."""
    for name in [name for name in os.environ if name.startswith("RAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", uuid.UUID(int=7).hex)  # Ray reads it once in a process: the same in all tests
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ADDRESS", "local")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # 15 is Ray's own: beside other work nothing would ever come up
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr(ray_engine, "GATHER_S", 300.0)  # on a busy machine processes take their time
    pytest.importorskip("ray")  # which reads its settings when it is imported


@contextmanager
def two_nodes(cores: tuple[int, int] = (2, 1)) -> Iterator[Any]:
    """A cluster of two machines in one, with so many cores each."""
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": cores[0], "include_dashboard": False})
    try:
        cluster.add_node(num_cpus=cores[1])
        yield cluster
    finally:
        ray.shutdown()  # whoever is connected cannot take its own node down
        cluster.shutdown()

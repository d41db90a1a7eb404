"""Requests that name themselves, in the database: one job for a name, however often and at once it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from packshot.errors import ServiceError
from packshot.result import Job, Once
from packshot.service import Service
from packshot.spec import Spec
from packshot.store.once_names import KEPT
from tests.service.conftest import finished, open_service, service  # noqa: F401  (fixtures)
from tests.workflow.conftest import open_bench  # noqa: F401  (its fixture)

MUG = [Spec(prompt="a red mug", steps=2, seed=1)]


def once(key: str = "1", digest: str = "a", scope: str = "shop") -> Once:
    return Once(scope, key, digest * 64)


def test_one_name_one_job(service: Service) -> None:  # noqa: F811
    first = service.make(MUG, once=once())
    finished(service, first)
    assert service.make(MUG, once=once()).id == first.id
    assert service.make(MUG, once=once(scope="other")).id != first.id
    assert service.make(MUG, once=once("2")).id != first.id
    assert len(service.jobs()) == 3
    with pytest.raises(ServiceError) as other:
        service.make(MUG, once=once(digest="b"))
    assert other.value.code == "service.key"


def test_at_once_from_many_threads(service: Service) -> None:  # noqa: F811
    made: list[Job] = []
    barrier = threading.Barrier(6)

    def ask() -> None:
        barrier.wait()
        made.append(service.make(MUG, once=once()))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.id for job in made}) == 1
    assert len(made) == 6
    assert len(service.jobs()) == 1


def test_a_name_is_forgotten_after_a_day(open_service: Callable) -> None:  # noqa: F811
    with open_service() as service:  # noqa: F811
        first = service.make(MUG, once=once())
        now = service.bench.store._now
        service.bench.store._now = lambda: now() + KEPT + timedelta(seconds=1)
        assert service.bench.store.known_job(once()) is None
        assert service.make(MUG, once=once(digest="b")).id != first.id

"""Secrets of a workspace: made once, whoever comes first, and shared by all who use its database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from packshot.store import SqlStore
from tests.store.conftest import Opener


def test_a_secret_is_made_once_and_stays(opener: Opener) -> None:
    one = opener("one")
    made = one.secret("addresses")
    assert len(made) == 32
    assert one.secret("addresses") == made
    assert opener("other").secret("addresses") == made
    assert one.secret("something else") != made


def test_who_comes_at_the_same_time_takes_the_same_one(opener: Opener) -> None:
    stores = [opener(str(number)) for number in range(4)]
    gate = threading.Barrier(len(stores))

    def ask(store: SqlStore, name: str) -> bytes:
        gate.wait()
        return store.secret(name)

    with ThreadPoolExecutor(len(stores)) as pool:
        for number in range(5):
            assert len(set(pool.map(ask, stores, [str(number)] * len(stores)))) == 1

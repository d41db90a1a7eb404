"""A workspace, a clock, and stores of several owners on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from packshot.store import SqlStore, open_store
from tests.store.examples import Clock

Opener = Callable[..., SqlStore]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "ws"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opener(workspace: Path, clock: Clock) -> Iterator[Opener]:
    """Opens the workspace for an owner; closes all at the end."""
    opened: list[SqlStore] = []

    def open_as(owner: str = "here", *, busy_timeout_s: float = 2.0) -> SqlStore:
        store = open_store(workspace, now=clock, random_bytes=os.urandom, owner=owner, busy_timeout_s=busy_timeout_s)
        opened.append(store)
        return store

    yield open_as
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> SqlStore:
    return opener()

"""A workbench on the fake engine: everything around the model, in milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from packshot import wiring
from packshot.engine import FakeEngine
from packshot.evaluation import NO_INSTRUMENTS
from packshot.models import Catalogue, DigestCache
from packshot.settings import Settings
from packshot.store import open_store, process_owner
from packshot.workflow import Workbench


@pytest.fixture
def open_bench(settings: Settings, tiny_sd: Path) -> Callable[..., Workbench]:
    """Opens the workbench of a workspace, as often as a test likes; the tiny model plays studio-tiny."""

    @contextmanager
    def opened(engine: object | None = None, **changes: object) -> Iterator[Workbench]:
        chosen = engine or FakeEngine()
        store = open_store(settings.workspace, now=wiring.now_utc, random_bytes=os.urandom, owner=process_owner())
        try:
            yield Workbench(
                settings=replace(settings, **changes),
                catalogue=Catalogue(DigestCache(None), offline=True, embedded=tiny_sd),
                store=store,
                instruments=lambda _model: NO_INSTRUMENTS,
                engine=lambda: chosen,
                now=wiring.now_utc,
                random_bytes=os.urandom,
                data=wiring.data_folder(),
            )
        finally:
            store.close()

    return opened


@pytest.fixture
def bench(open_bench: Callable[..., Workbench]) -> Iterator[Workbench]:
    """One workbench."""
    with open_bench() as opened:
        yield opened

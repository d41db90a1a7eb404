"""A workbench whose engine dies once: jobs of submitit import this module to open it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from packshot import wiring
from packshot.engine import Event, FakeEngine, Finished
from packshot.settings import Settings
from packshot.workflow import Workbench


class DyingEngine(FakeEngine):
    """Ends its process with the third picture, which is lost; once only, wherever that is."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def step(self) -> list[Event]:
        events = super().step()
        if self.made == 3 and any(isinstance(event, Finished) for event in events) and not self._mark.exists():
            self._mark.touch()
            os._exit(9)
        return events


@contextmanager
def open_dying(settings: Settings, mark: Path) -> Iterator[Workbench]:
    """An ordinary workbench, but for its engine."""
    with wiring.open_workbench(settings, engine="fake", create=False) as bench:
        engine = DyingEngine(mark)
        yield replace(bench, engine=lambda: engine)

"""A process that works at a queue with an engine that one kind of picture ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Final

from packshot import wiring
from packshot.engine import Event, FakeEngine, Ticket
from packshot.evaluation import NO_INSTRUMENTS
from packshot.models import Catalogue, DigestCache
from packshot.resolve import Order
from packshot.service import Service
from packshot.settings import Settings
from packshot.store import open_store, process_owner
from packshot.workflow import Workbench

DEADLY_STEPS: Final = 13


class DeadlyEngine(FakeEngine):
    """Ends its process when it takes the third step of an order of thirteen, as one does that runs out of memory."""

    def __init__(self) -> None:
        super().__init__()
        self._deadly: set[Ticket] = set()

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        ticket = super().submit(order, preview_every=preview_every)
        if order.resolved.intent.steps == DEADLY_STEPS:
            self._deadly.add(ticket)
        return ticket

    def step(self) -> list[Event]:
        if self.busy and self._oldest() in self._deadly and self._queue[self._oldest()].step == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().step()


def work(settings: Settings, tiny: Path) -> None:
    """Until the queue is empty, or the engine ends it. `tiny` plays studio-tiny."""
    store = open_store(settings.workspace, now=wiring.now_utc, random_bytes=os.urandom, owner=process_owner())
    engine = DeadlyEngine()
    bench = Workbench(
        settings=settings,
        catalogue=Catalogue(DigestCache(None), offline=True, embedded=tiny),
        store=store,
        instruments=lambda _model: NO_INSTRUMENTS,
        engine=lambda: engine,
        now=wiring.now_utc,
        random_bytes=os.urandom,
        data=wiring.data_folder(),
    )
    service = Service(bench)
    try:
        while service.count_open():
            time.sleep(0.02)
    finally:
        service.close()
        store.close()

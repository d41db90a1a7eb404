"""The engine made ready before anybody asks: weights read, the denoiser compiled, the threads started.

The first picture of a process otherwise waits for all of that. One picture of one step is made and thrown away; nothing
of it is kept or recorded, and nothing of it changes a later picture: every run has noise of its own.
"""

from __future__ import annotations

import logging
from threading import Thread
from typing import Final

from packshot.engine import Caller
from packshot.errors import Interrupted, PackshotError
from packshot.resolve import Order, resolve
from packshot.spec import Spec
from packshot.workflow import KnownSources, Workbench

UNSEEN: Final = Spec(prompt="a product on a table", steps=1, seed=0)
"""The default model at its default size, as most first pictures are."""

_LOG = logging.getLogger(__name__)


class Warming:
    """Warms an engine once, in a thread. What goes wrong stands in the log; whoever asks for a picture is told."""

    def __init__(self, bench: Workbench, caller: Caller) -> None:
        self._bench = bench
        self._caller = caller
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Returns at once; the second call does nothing."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="warming", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Gives it up."""
        self._caller.stop()

    def _run(self) -> None:
        try:
            _make_one(self._caller, _order(self._bench))
        except (PackshotError, Interrupted) as error:
            _LOG.info("the engine was not made ready: %s", error)
        except Exception as error:
            _LOG.warning("the engine was not made ready", exc_info=error)


def _order(bench: Workbench) -> Order:
    return resolve(UNSEEN, bench.catalogue, bench.settings, KnownSources(bench))


def _make_one(caller: Caller, order: Order) -> None:
    caller.submit(order)
    while caller.busy:
        caller.step()

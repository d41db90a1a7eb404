"""The engine made ready before anybody asks: weights read, the denoiser compiled, the threads started.

The first picture of a process otherwise waits for all of that, and for the imports. One picture of one step is made,
looked at as every picture is, and thrown away; nothing of it is kept or recorded, and nothing of it changes a later
picture: every run has noise of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from packshot.engine import Caller, Failed, Finished
from packshot.errors import EngineError, Interrupted, PackshotError
from packshot.evaluation import asked_by, evaluate
from packshot.resolve import Order, resolve
from packshot.result import Pixels
from packshot.spec import Spec
from packshot.workflow import KnownSources, Workbench

UNSEEN: Final = Spec(prompt="a mug on a table", steps=1, seed=0)
"""The default model at its default size, as most first pictures are. A product that its scorer knows: it is asked."""

PATIENCE_S: Final = 120.0
"""What is not ready by then is no longer waited for: pictures come late, but they come."""

_LOG = logging.getLogger(__name__)


class Warmth(StrEnum):
    """Not begun (or not wanted); at it; ready; given up, and the first picture finds out why; taking too long."""

    COLD = "cold"
    WARMING = "warming"
    WARM = "warm"
    FAILED = "failed"
    LATE = "late"


class Warming:
    """Warms an engine once, in a thread. What goes wrong stands in the log; whoever asks for a picture is told.

    `ended` is called when it is over, either way. `clock` gives seconds.
    """

    def __init__(
        self,
        bench: Workbench,
        caller: Caller,
        *,
        ended: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bench = bench
        self._caller = caller
        self._ended = ended
        self._clock = clock
        self._begun_at: float | None = None
        self._outcome: Warmth | None = None

    @property
    def warmth(self) -> Warmth:
        """Where it stands."""
        if self._begun_at is None or self._outcome is not None:
            return self._outcome or Warmth.COLD
        return Warmth.WARMING if self._clock() - self._begun_at < PATIENCE_S else Warmth.LATE

    def begin(self) -> None:
        """Returns at once; the second call does nothing."""
        if self._begun_at is None:
            self._begun_at = self._clock()
            threading.Thread(target=self._run, name="warming", daemon=True).start()

    def stop(self) -> None:
        """Gives it up."""
        self._caller.stop()

    def _run(self) -> None:
        began_s, outcome = self._clock(), Warmth.FAILED
        try:
            order = resolve(UNSEEN, self._bench.catalogue, self._bench.settings, KnownSources(self._bench))
            self._look_at(order, _make_one(self._caller, order))
            outcome = Warmth.WARM
            _LOG.info("the engine is ready after %.1f s", self._clock() - began_s)
        except Interrupted:
            _LOG.info("the engine was not made ready: it was given up")
        except PackshotError as error:
            _LOG.warning("the engine was not made ready: %s", error)
        except Exception as error:
            _LOG.warning("the engine was not made ready", exc_info=error)
        self._outcome = outcome
        self._ended()

    def _look_at(self, order: Order, pixels: Pixels) -> None:
        """Pixels (H, W, 3): so that what measures them is loaded."""
        instruments = self._bench.instruments(order.resolved.origin.model)
        evaluate(pixels, asked_by(order.resolved.intent), None, instruments)


def _make_one(caller: Caller, order: Order) -> Pixels:
    """(H, W, 3). Raises EngineError where none came."""
    caller.submit(order)
    while caller.busy:
        for event in caller.step():
            if isinstance(event, Finished):
                return event.pixels
            if isinstance(event, Failed):
                raise EngineError(event.failure.code, event.failure.message, hint=event.failure.hint)
    raise EngineError("engine.failed", "the engine stopped without an answer")

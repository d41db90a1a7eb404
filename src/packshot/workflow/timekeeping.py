"""What is left of an experiment, and how long it will take, from the engine's events. Knows no cells and no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from packshot.engine import Advanced, Event, Lowered, Started
from packshot.experiment import Pace, Work
from packshot.result import Run


class Timekeeper:
    """Counts each run once, by spec hash. `calls` are the denoiser calls of every run that is known to be to make.

    Runs share calls, so what is measured is the throughput of all: seconds that pass, for each call of each run.
    """

    def __init__(self, calls: Mapping[str, int], clock: Callable[[], float]) -> None:
        self._all = dict(calls)
        self._left = dict(calls)
        self._clock = clock
        self._last = clock()
        self._besides_s = 0.0
        self._before_s: float | None = None
        self._pace = Pace()
        self._later = 0

    def expect(self, calls: Mapping[str, int], later: int) -> None:
        """These runs are next. `later` more are not known yet: they are taken to be like these."""
        self._all = dict(calls)
        self._left = dict(calls)
        self._later = later

    def observe(self, spec_hash: str, event: Event) -> None:
        """Something happened to a run."""
        passed = self._passed()
        if self._before_s is None:
            self._before_s = passed
        if isinstance(event, Advanced):
            self._pace.observe_calls(1, passed)
            self._left[spec_hash] = event.steps - event.step
            return
        self._besides_s += passed
        if isinstance(event, Started):
            self._left[spec_hash] = event.steps
        elif isinstance(event, Lowered):
            self._left[spec_hash] = self._all[spec_hash]

    def ended(self, spec_hash: str, run: Run) -> None:
        """A run is over. Loading, and what passed before the first event, are left out: they are paid once."""
        self._left.pop(spec_hash, None)
        self._besides_s += self._passed()
        if run.result is not None:
            once_s = max(run.result.timings.load_s, self._before_s or 0.0)
            self._pace.observe_picture(max(0.0, self._besides_s - once_s))
            self._besides_s = 0.0
            self._before_s = None if self._before_s is None else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left, None before the first call."""
        later_calls = round(self._later * sum(self._all.values()) / len(self._all)) if self._all else 0
        work = Work(pictures=len(self._left) + self._later, calls=sum(self._left.values()) + later_calls)
        return self._pace.left_s(work)

    def _passed(self) -> float:
        """Seconds since the last look."""
        now = self._clock()
        passed, self._last = now - self._last, now
        return passed

"""How many requests a token may make: as many at once as in a minute, and then at that pace. Knows no HTTP."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

CALLERS_MAX: Final = 10_000
MINUTE_S: Final = 60.0


class Pace:
    """A bucket for each caller. For one event loop, not for several threads. `clock` tells seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> float:
        """0 where the caller may go on, which counts as a request; else the seconds until it may."""
        if self._per_minute <= 0:
            return 0.0
        now = self._clock()
        left, last = self._buckets.pop(caller, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - last) * self._per_minute / MINUTE_S)
        allowed = left >= 1.0
        self._buckets[caller] = (left - 1.0 if allowed else left, now)
        while len(self._buckets) > CALLERS_MAX:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) * MINUTE_S / self._per_minute

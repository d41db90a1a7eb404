"""What Prometheus reads: requests, the queue, pictures. Knows nothing of who asked, and of no prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from packshot.result import Run

REQUEST_S: Final = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120)
PICTURE_S: Final = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)


class Metrics:
    """A registry of its own: two servers in one process count apart.

    `queued` tells how many jobs wait or run, `made` how many pictures the workspace has; asked when somebody reads.
    """

    def __init__(self, queued: Callable[[], int], made: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "packshot_requests", "Requests by route, method and status.", ("route", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._request_s = Histogram(
            "packshot_request_seconds", "Seconds from a request to the first byte of its answer.", ("route",),
            buckets=REQUEST_S, registry=self._registry,
        )  # fmt: skip
        self._picture_s = Histogram(
            "packshot_picture_seconds", "Seconds that a picture asked for here took, waiting for others included.",
            buckets=PICTURE_S, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Workspace(queued, made))

    def answered(self, route: str, method: str, status: int, took_s: float) -> None:
        """A request has its answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_s.labels(route).observe(took_s)

    def made(self, run: Run) -> None:
        """A picture that was asked for here is there."""
        if run.result is not None:
            self._picture_s.observe(run.result.timings.total_s or run.result.timings.picture_s)

    def text(self) -> bytes:
        """In Prometheus' text format. Raises what asking the store raises."""
        return generate_latest(self._registry)


class _Workspace(Collector):
    """Read from the database, so that pictures of the studio and of the command line count too."""

    def __init__(self, queued: Callable[[], int], made: Callable[[], int]) -> None:
        self._queued, self._made = queued, made

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked at registration."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The queue and the pictures, now."""
        yield GaugeMetricFamily("packshot_queue_jobs", "Jobs that wait or run.", value=self._queued())
        yield CounterMetricFamily("packshot_pictures", "Pictures in the workspace.", value=self._made())

"""Jobs that somebody waits for: told once, whoever worked at them. Knows nothing of how it is found out."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future


class Awaited:
    """A future for each job that is waited for. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[str, Future[None]] = {}

    def future(self, job_id: str) -> Future[None]:
        """Done when the job is over. Who gives up waiting takes nothing from the others."""
        with self._lock:
            found = self._futures.get(job_id)
            if found is None:
                found = self._futures[job_id] = Future()
                found.set_running_or_notify_cancel()
            return found

    @property
    def ids(self) -> list[str]:
        """What is waited for."""
        with self._lock:
            return list(self._futures)

    def tell(self, job_ids: Iterable[str]) -> None:
        """These are over, or nothing more will be heard of them here."""
        with self._lock:
            told = [self._futures.pop(job_id) for job_id in job_ids if job_id in self._futures]
        for future in told:
            future.set_result(None)

"""Takes jobs from the queue that all processes of a workspace share, as long as there is room for them here.

Also keeps the leases of what is at work, passes on that a job was asked to stop, and hears of jobs that others end. A
suspect job, of which its processes may have died, is begun where nothing else is at work: pictures are waited for,
sweeps give way.
What goes wrong here goes wrong again and again until it is right again, a database that is away for a while, so it is
logged once, and tried anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from packshot.result import Job, JobKind
from packshot.service.at_work import AtWork
from packshot.service.awaited import Awaited
from packshot.store import Store

LOOK_EVERY_S: Final = 0.5
"""Between two looks at the queue, where nobody here put anything into it."""

OFTEN_S: Final = LOOK_EVERY_S / 2
"""Between two looks that no news calls for, while jobs end one after the other and each of them is news."""

RENEW_EVERY_S: Final = 15.0
"""A quarter of a lease."""

AFTER_TROUBLE_S: Final = 1.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs of these kinds, so many at once: a sweep of hours takes no place from what is done in seconds.

    `gives_way`: nobody waits until they are over; where room has to be made, they go back into the queue.
    """

    kinds: tuple[JobKind, ...]
    at_once: int
    gives_way: bool = False


class Dispatcher:
    """A thread. `begin` is given each job that was taken. `rest` tells which jobs are to be left alone for a while.

    `put_back` is given a job that is at work here and shall give way, `lost` each that was over when its process died.
    Nothing is taken before `is_ready`.
    """

    def __init__(
        self,
        store: Store,
        lanes: tuple[Lane, ...],
        at_work: AtWork,
        awaited: Awaited,
        *,
        begin: Callable[[Job], None],
        rest: Callable[[], list[str]],
        put_back: Callable[[str], None],
        lost: Callable[[Job], None],
        is_ready: Callable[[], bool] = lambda: True,
        takes: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._lanes = lanes
        self._at_work = at_work
        self._awaited = awaited
        self._begin = begin
        self._rest = rest
        self._put_back = put_back
        self._lost = lost
        self._is_ready = is_ready
        self._takes = takes
        self._clock = clock
        self._renewed_at = clock()
        self._kept_at = clock()
        self._recovered_at = clock() - OFTEN_S
        self._held: Lane | None = None
        self._looked_at = dict.fromkeys(lanes, clock() - LOOK_EVERY_S)
        self._wanted = set(lanes)
        self._news = threading.Event()
        self._over = threading.Event()
        self._taking = threading.Lock()
        self._troubled = False
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self, kind: JobKind | None = None) -> None:
        """Something was put into the queue; where `kind` is named, there is room again for jobs of that kind."""
        self._wanted.update(lane for lane in self._lanes if kind is None or kind in lane.kinds)
        self._news.set()

    def take_no_more(self) -> None:
        """What is at work goes on. When this returns, nothing is on its way any more."""
        with self._taking:
            self._takes = False

    def close(self) -> None:
        """Look no more."""
        self.take_no_more()
        self._over.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            pause = LOOK_EVERY_S
            try:
                self._look()
                self._troubled = False
            except Exception as error:
                if not self._troubled:
                    _LOG.error("the queue cannot be looked at: %s", error, exc_info=error)
                self._troubled, pause = True, AFTER_TROUBLE_S
            self._news.wait(pause)
            self._news.clear()

    def _look(self) -> None:
        at_work = self._at_work.ids
        if at_work and self._clock() - self._kept_at >= OFTEN_S:
            self._keep(at_work)
            self._kept_at = self._clock()
        if self._takes and self._clock() - self._recovered_at >= OFTEN_S:
            self._recover()
            self._recovered_at = self._clock()
        self._take()
        self._hear(set(at_work))

    def _keep(self, at_work: list[str]) -> None:
        if self._clock() - self._renewed_at >= RENEW_EVERY_S:
            self._store.renew_jobs(at_work)
            self._renewed_at = self._clock()
        for job_id in self._store.jobs_to_stop():
            self._at_work.stop(job_id)

    def _recover(self) -> None:
        for job in self._store.recover_jobs():
            self._lost(job)

    def _take(self) -> None:
        with self._taking:
            if not self._takes or not self._is_ready():
                return
            for lane in sorted(self._lanes, key=lambda lane: lane != self._held):
                if self._held in (None, lane) and not self._at_work.is_endangered:
                    self._take_of(lane)
            if self._held is not None:
                self._make_room()

    def _take_of(self, lane: Lane) -> None:
        """As much as there is room for. A suspect that comes next keeps everything else from being begun."""
        room = lane.at_once - self._at_work.count(lane.kinds)
        if room > 0 and self._is_to_look(lane):
            without = [*self._at_work.ids, *self._rest()]
            alone = self._at_work.is_idle
            taken = self._store.take_jobs(lane.kinds, limit=room, without=without, alone=alone)
            self._held = lane if taken.held else None
            for job in taken.jobs:
                self._begin(job)

    def _make_room(self) -> None:
        """Sweeps are not waited for, once nothing else is at work."""
        sweeps = [kind for lane in self._lanes if lane.gives_way for kind in lane.kinds]
        at_work = self._at_work.open_jobs
        if at_work and all(job.kind in sweeps for job in at_work):
            for job in at_work:
                self._put_back(job.id)

    def _is_to_look(self, lane: Lane) -> bool:
        """Not with every job of another lane that ends: each look is a transaction."""
        if lane not in self._wanted and self._clock() - self._looked_at[lane] < OFTEN_S:
            return False
        self._wanted.discard(lane)
        self._looked_at[lane] = self._clock()
        return True

    def _hear(self, at_work: set[str]) -> None:
        """Of those that somebody waits for here, which others, or a person, ended."""
        elsewhere = [job_id for job_id in self._awaited.ids if job_id not in at_work]
        if elsewhere:
            self._awaited.tell(self._store.over_among(elsewhere))

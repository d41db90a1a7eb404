"""A job: what somebody gave the service to do. Its id is the ticket that a page comes back with."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from packshot.result.run import Failure
from packshot.spec import Frozen


class JobKind(StrEnum):
    """Some pictures, a plan, or a picture made again."""

    PICTURES = "pictures"
    EXPERIMENT = "experiment"
    REPLAY = "replay"


class JobState(StrEnum):
    """queued → running → done, failed or stopped. A stopped or failed one may go on: it is queued again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Priority(StrEnum):
    """Somebody waits for it, or nobody does."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


HEAD_START: Final = timedelta(seconds=60)
"""What nobody waits for takes its place in the queue as if it had come so much later: so it never waits for ever."""


def due_at(created_at: datetime, priority: Priority) -> datetime:
    """By which jobs are begun, the earliest first."""
    return created_at if priority is Priority.INTERACTIVE else created_at + HEAD_START


OPEN = (JobState.QUEUED, JobState.RUNNING)
"""States of jobs that somebody waits for."""


SUSPECT_AFTER: Final = 2
"""Deaths of its process after which a job is begun only where nothing else is at work."""

DEADLY_AFTER: Final = 5
"""Deaths after which it is not begun again: the last three were its own."""


class Job(Frozen):
    """`request` is what was asked for, a JSON value: enough to go on with in another process.

    `run_ids` are the runs of its pictures in order, None where one has not begun. `owner` is the process that works at
    it, until `lease_until` unless it says more, None where nobody does; `stopping` where it was asked to stop. `due_at`
    is its place in the queue. A job fails as a whole only where it could not be done at all; a picture that failed
    is told by its run. `failure` then says why. `experiment` is the experiment's name, once it is known. `deaths` is
    how often the process that was at it died since a picture of it was made.
    """

    id: str
    kind: JobKind
    state: JobState
    title: str
    request: dict[str, Any]
    created_at: datetime
    due_at: datetime
    priority: Priority = Priority.INTERACTIVE
    person: str | None = None
    owner: str | None = None
    lease_until: datetime | None = None
    stopping: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    run_ids: tuple[str | None, ...] = Field(default=())
    experiment: str | None = None
    failure: Failure | None = None
    deaths: int = 0

    @property
    def is_suspect(self) -> bool:
        """Whether it may be what its processes died of."""
        return self.deaths >= SUSPECT_AFTER

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN

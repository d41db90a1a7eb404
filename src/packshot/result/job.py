"""A job: what somebody gave the service to do. Its id is the ticket that a page comes back with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

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


OPEN = (JobState.QUEUED, JobState.RUNNING)
"""States of jobs that somebody waits for."""


class Job(Frozen):
    """`request` is what was asked for, a JSON value: enough to go on with in another process.

    `run_ids` are the runs of its pictures in order, None where one has not begun. `owner` is the process that works at
    it, None where nobody does. A job fails as a whole only where it could not be done at all; a picture that failed
    is told by its run. `failure` then says why. `experiment` is the experiment's name, once it is known.
    """

    id: str
    kind: JobKind
    state: JobState
    title: str
    request: dict[str, Any]
    created_at: datetime
    person: str | None = None
    owner: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    run_ids: tuple[str | None, ...] = Field(default=())
    experiment: str | None = None
    failure: Failure | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN

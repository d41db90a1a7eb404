"""What becomes of a job whose process died while it was at it. Every function takes its caller's connection.

One death says little: somebody pulled the plug, or another job of that process needed too much memory. A second one
makes a job suspect: it goes behind those that wait now, and whoever takes it then is at nothing else, so that the next
deaths are its own. Who hands a job back, stopped by a signal or in good order, was not killed by it: that counts not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, or_, select, update

from packshot.errors import EngineError
from packshot.result import DEADLY_AFTER, SUSPECT_AFTER, Failure, Job, JobState
from packshot.store.claims import Claimant
from packshot.store.tables import JOB


def is_any_left(connection: Connection, claimant: Claimant, dead: Collection[str]) -> bool:
    """Whether a process died, or has been silent for too long, that was at a job. Changes nothing."""
    return connection.execute(select(JOB.c.id).where(_left(claimant, dead)).limit(1)).first() is not None


def recover_jobs(connection: Connection, claimant: Claimant, dead: Collection[str]) -> list[Job]:
    """Jobs of dead processes wait again, but for those that are over with that, which are given back.

    Over are those that somebody asked to stop, and those that took their process with them each time.
    """
    rows = connection.execute(select(JOB).where(_left(claimant, dead)).with_for_update(skip_locked=True)).mappings()
    over = []
    for row in rows.all():
        values = _after_death(row, claimant.now)
        connection.execute(update(JOB).where(JOB.c.id == row["id"]).values(**values))
        job = Job.model_validate({**row, **values})
        over += [] if job.is_open else [job]
    return over


def _left(claimant: Claimant, dead: Collection[str]) -> ColumnElement[bool]:
    """Runs, and whoever ran it does so no more. What is the claimant's own did not die."""
    return and_(
        JOB.c.state == JobState.RUNNING,
        or_(JOB.c.owner.is_(None), JOB.c.owner != claimant.owner),
        or_(
            JOB.c.lease_until.is_(None),
            JOB.c.lease_until <= claimant.now,
            JOB.c.owner.in_(dead) if dead else false(),
        ),
    )


def _after_death(row: RowMapping, now: datetime) -> dict[str, Any]:
    deaths = row["deaths"] + 1
    freed: dict[str, Any] = {"owner": None, "lease_until": None, "deaths": deaths}
    over: dict[str, Any] = {**freed, "stopping": False, "finished_at": now}
    if row["stopping"]:
        return {**over, "state": JobState.STOPPED}
    if deaths >= DEADLY_AFTER:
        return {**over, "state": JobState.FAILED, "failure": _failure(deaths).model_dump(mode="json")}
    due_at = max(now, row["due_at"]) if deaths >= SUSPECT_AFTER else row["due_at"]
    return {**freed, "state": JobState.QUEUED, "due_at": due_at}


def _failure(deaths: int) -> Failure:
    error = EngineError(
        "job.deadly",
        f"the process that was at it died {deaths} times, at last with nothing else at work",
        hint="ask for smaller or fewer pictures, or give the machine more memory; then go on with it",
    )
    return Failure(code=error.code, message=str(error), hint=error.hint)

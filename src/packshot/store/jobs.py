"""Jobs. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from packshot.errors import RecordError, StoreError
from packshot.result import OPEN, Job, JobState
from packshot.store.tables import JOB


def add_job(connection: Connection, job: Job) -> None:
    """Keeps a new job."""
    connection.execute(insert(JOB).values(**_row(job)))


def find_job(connection: Connection, job_id: str, *, lock: bool = False) -> Job:
    """The job of that id, in any case; with `lock`, nobody changes it meanwhile. Raises RecordError."""
    wanted = select(JOB).where(JOB.c.id == job_id.strip().upper())
    found = connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    if found is None:
        raise RecordError("record.not_found", "no such job", got=job_id[:40], hint="start it again")
    return _job(found)


def list_jobs(connection: Connection, *, person: str | None, states: Collection[JobState], limit: int) -> list[Job]:
    """Jobs in these states (all, where none is named), newest first."""
    wanted = select(JOB).order_by(JOB.c.id.desc()).limit(limit)
    if states:
        wanted = wanted.where(JOB.c.state.in_(states))
    if person is not None:
        wanted = wanted.where(JOB.c.person == person)
    return [_job(row) for row in connection.execute(wanted).mappings()]


def claim_job(connection: Connection, job_id: str, owner: str, is_dead: Callable[[str], bool]) -> Job:
    """The job waits, for this owner. Raises RecordError, or StoreError where another process is at it."""
    job = find_job(connection, job_id, lock=True)
    if job.is_open and job.owner not in (None, owner) and not is_dead(job.owner or ""):
        raise StoreError(
            "store.failed",
            f"job {job.id} is at work in another process",
            expected="a job that nobody works at",
            got=job.owner,
            hint="wait for it, or stop that process",
        )
    values = {"state": JobState.QUEUED, "owner": owner, "finished_at": None, "failure": None}
    connection.execute(update(JOB).where(JOB.c.id == job.id).values(**values))
    return find_job(connection, job.id)


def change_job(connection: Connection, job_id: str, owner: str, changes: dict[str, Any]) -> Job:
    """Changes a job of this owner's; a job that another took over stays as it is."""
    values = {name: list(value) if name == "run_ids" else value for name, value in changes.items()}
    connection.execute(update(JOB).where(JOB.c.id == job_id, JOB.c.owner == owner).values(**values))
    return find_job(connection, job_id)


def end_job(connection: Connection, job_id: str, owner: str, state: JobState, failure: Any, now: datetime) -> Job:
    """The job is over, and nobody's."""
    values = {"state": state, "failure": failure, "finished_at": now, "owner": None}
    connection.execute(update(JOB).where(JOB.c.id == job_id, JOB.c.owner == owner).values(**values))
    return find_job(connection, job_id)


def left_behind(connection: Connection, is_dead: Callable[[str], bool]) -> list[Job]:
    """Open jobs whose process is gone, oldest first."""
    wanted = select(JOB).where(JOB.c.state.in_(OPEN)).order_by(JOB.c.id)
    jobs = [_job(row) for row in connection.execute(wanted).mappings()]
    return [job for job in jobs if job.owner is None or is_dead(job.owner)]


def _row(job: Job) -> dict[str, Any]:
    return {**job.model_dump(mode="json"), "created_at": job.created_at, "started_at": job.started_at}


def _job(row: RowMapping) -> Job:
    return Job.model_validate(dict(row))

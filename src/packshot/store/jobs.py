"""The queue in SQL: jobs wait, are taken under a lease, and end. Every function takes its caller's connection.

A job that waits is nobody's. One that runs has an owner and a lease, which the owner renews; what becomes of it when
the owner is gone is in `packshot.store.deaths`. Who writes takes the row first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, update

from packshot.errors import RecordError, ServiceError
from packshot.result import OPEN, SUSPECT_AFTER, Job, JobKind, JobState
from packshot.store.claims import Claimant
from packshot.store.tables import JOB

LEASE: Final = timedelta(seconds=60)
"""How long a job is its owner's without a sign of life."""

FREE: Final[dict[str, Any]] = {"owner": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Jobs of these kinds, all but those that the caller has: he knows best what he is at.

    `alone`: he is at nothing at all, and a job that may be deadly can be taken, by itself.
    """

    kinds: Collection[JobKind]
    without: Collection[str] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Jobs that run from now on, by their place. `held`: the next one waits until its taker is at nothing else."""

    jobs: tuple[Job, ...] = ()
    held: bool = False


def add_job(connection: Connection, job: Job, most: int | None) -> None:
    """Keeps a new job. Raises ServiceError (service.full) where `most` wait or run already."""
    if most is not None and count_jobs(connection, OPEN, most) >= most:
        raise ServiceError(
            "service.full",
            "too much work is waiting",
            expected=f"fewer than {most} jobs that wait or run",
            got=str(most),
            hint="wait until some of it is done",
        )
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


def count_jobs(connection: Connection, states: Collection[JobState], most: int) -> int:
    """How many jobs are in these states; `most` where there are more."""
    some = select(JOB.c.state).where(JOB.c.state.in_(states)).limit(most).subquery()  # from the index alone
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def count_ahead(connection: Connection, job: Job) -> int:
    """How many jobs wait that will be taken before this one."""
    before = or_(JOB.c.due_at < job.due_at, and_(JOB.c.due_at == job.due_at, JOB.c.id < job.id))
    waiting = select(func.count()).select_from(JOB).where(JOB.c.state == JobState.QUEUED, before)
    return connection.execute(waiting).scalar_one()


def owners_at_work(connection: Connection) -> list[str]:
    """Everybody who is at a job, dead ones too."""
    wanted = select(JOB.c.owner).where(JOB.c.state == JobState.RUNNING, JOB.c.owner.is_not(None)).distinct()
    return list(connection.execute(wanted).scalars())


def look_ahead(connection: Connection, claimant: Claimant, wanted: Wanted) -> Taken | None:
    """What taking would give where it takes nothing; None where it would. Changes nothing: looking costs no write."""
    rows = _next(connection, claimant, wanted, limit=1)
    if not rows:
        return Taken()
    return Taken(held=True) if _is_held(rows[0], wanted) else None


def take_jobs(connection: Connection, claimant: Claimant, wanted: Wanted, limit: int) -> Taken:
    """The next jobs, as many as there are up to `limit`: from now on they run, and are this owner's.

    What another transaction takes at this moment is passed over. A job that may be deadly is taken by itself, and
    nothing behind it meanwhile, so that its turn comes.
    """
    rows = _next(connection, claimant, wanted, limit, lock=True)
    if rows and _is_held(rows[0], wanted):
        return Taken(held=True)
    rows = rows[:1] if rows and _is_suspect(rows[0]) else list(takewhile(lambda row: not _is_suspect(row), rows))
    if not rows:
        return Taken()
    values = {"state": JobState.RUNNING, "owner": claimant.owner, "lease_until": claimant.now + LEASE}
    started_at = func.coalesce(JOB.c.started_at, claimant.now)
    ours = JOB.c.id.in_([row["id"] for row in rows])
    connection.execute(update(JOB).where(ours).values(**values, started_at=started_at))
    taken = ({**row, **values, "started_at": row["started_at"] or claimant.now} for row in rows)
    return Taken(tuple(Job.model_validate(row) for row in taken))


def renew_jobs(connection: Connection, claimant: Claimant, ids: Collection[str]) -> None:
    """These jobs are this owner's a while longer, where they still are."""
    values = {"lease_until": claimant.now + LEASE}
    connection.execute(update(JOB).where(JOB.c.id.in_(ids), _own(claimant.owner)).values(**values))


def to_stop(connection: Connection, owner: str) -> list[str]:
    """Jobs of this owner's that somebody asked to stop."""
    return list(connection.execute(select(JOB.c.id).where(_own(owner), JOB.c.stopping)).scalars())


def over_among(connection: Connection, ids: Collection[str]) -> list[str]:
    """Those of these jobs that neither wait nor run."""
    return list(connection.execute(select(JOB.c.id).where(JOB.c.id.in_(ids), JOB.c.state.not_in(OPEN))).scalars())


def change_job(connection: Connection, job_id: str, owner: str, changes: dict[str, Any]) -> Job:
    """Changes a job of this owner's; a job that another took over stays as it is."""
    values = {name: list(value) if name == "run_ids" else value for name, value in changes.items()}
    connection.execute(update(JOB).where(JOB.c.id == job_id, _own(owner)).values(**values))
    return find_job(connection, job_id)


def end_job(connection: Connection, job_id: str, owner: str, state: JobState, failure: Any, now: datetime) -> Job:
    """The job is over, and nobody's."""
    values = {"state": state, "failure": failure, "finished_at": now, "stopping": False, **FREE}
    connection.execute(update(JOB).where(JOB.c.id == job_id, _own(owner)).values(**values))
    return find_job(connection, job_id)


def put_back(connection: Connection, job_id: str, owner: str, due_at: datetime | None) -> Job:
    """The job waits again, in its old place unless another is named, for whoever takes it."""
    values = FREE if due_at is None else {**FREE, "due_at": due_at}
    connection.execute(update(JOB).where(JOB.c.id == job_id, _own(owner)).values(state=JobState.QUEUED, **values))
    return find_job(connection, job_id)


def ask_to_stop(connection: Connection, job_id: str, now: datetime) -> Job:
    """A job that waits is over at once; of one that runs its owner is told. One that is over stays as it is."""
    job = find_job(connection, job_id, lock=True)
    if job.state is JobState.QUEUED:
        values: dict[str, Any] = {"state": JobState.STOPPED, "finished_at": now, "stopping": False, **FREE}
    else:
        values = {"stopping": job.state is JobState.RUNNING}
    connection.execute(update(JOB).where(JOB.c.id == job.id).values(**values))
    return find_job(connection, job.id)


def go_on(connection: Connection, job_id: str, due_at: datetime) -> Job:
    """A job that is over waits again, at a new place. One that waits or runs stays as it is.

    One that was given up as deadly is suspect still: it endangers nobody but itself.
    """
    job = find_job(connection, job_id, lock=True)
    if not job.is_open:
        again = {"state": JobState.QUEUED, "due_at": due_at, "finished_at": None, "failure": None, "stopping": False}
        again |= {"deaths": min(job.deaths, SUSPECT_AFTER)}
        connection.execute(update(JOB).where(JOB.c.id == job.id).values(**again, **FREE))
    return find_job(connection, job.id)


def _own(owner: str) -> ColumnElement[bool]:
    return and_(JOB.c.state == JobState.RUNNING, JOB.c.owner == owner)


def _next(
    connection: Connection, claimant: Claimant, wanted: Wanted, limit: int, *, lock: bool = False
) -> list[RowMapping]:
    """Rows by their place: what waits, and what is the claimant's own and he knows nothing of."""
    # each by itself comes in the index's order: two kinds, or both states, in one query would all be read and sorted
    found: list[RowMapping] = []
    for free in (and_(_own(claimant.owner), JOB.c.kind.in_(wanted.kinds)), *(_waits(kind) for kind in wanted.kinds)):
        rows = select(JOB).where(free, JOB.c.id.not_in(wanted.without)).order_by(JOB.c.due_at, JOB.c.id).limit(limit)
        found += connection.execute(rows.with_for_update(skip_locked=True) if lock else rows).mappings()
    return sorted(found, key=lambda row: (row["due_at"], row["id"]))[:limit]


def _waits(kind: JobKind) -> ColumnElement[bool]:
    return and_(JOB.c.state == JobState.QUEUED, JOB.c.kind == kind)


def _is_suspect(row: RowMapping) -> bool:
    return bool(row["deaths"] >= SUSPECT_AFTER)


def _is_held(row: RowMapping, wanted: Wanted) -> bool:
    return _is_suspect(row) and not wanted.alone


def _row(job: Job) -> dict[str, Any]:
    times = {"created_at": job.created_at, "started_at": job.started_at, "due_at": job.due_at}
    return {**job.model_dump(mode="json"), **times}


def _job(row: RowMapping) -> Job:
    return Job.model_validate(dict(row))

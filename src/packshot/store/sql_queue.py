"""The queue of a workspace in SQL, and who may ask: jobs, requests' own names, tokens. A method is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from packshot.result import AccessToken, Failure, Job, JobKind, JobState, Once
from packshot.store import claims, deaths, jobs, once_names, tokens
from packshot.store.alone import alone
from packshot.store.jobs import Taken
from packshot.store.owner import owner_is_dead
from packshot.store.transactions import Transactions


class SqlQueue:
    """The methods of `Store` that work on the queue. `SqlStore` is one, so that both are one workspace."""

    def __init__(self, database: Transactions, *, now: Callable[[], datetime], owner: str) -> None:
        self.owner = owner
        self._database = database
        self._now = now

    def add_job(self, job: Job, once: Once | None = None, *, most: int | None = None) -> Job:
        """Keeps a new job, or gives the one of the same name."""
        with self._database.write() as connection:
            if once is not None:
                alone(connection, "once", f"{once.scope}/{once.key}")
            known = None if once is None else once_names.known_job(connection, once, self._now())
            if known is not None:
                return jobs.find_job(connection, known)
            jobs.add_job(connection, job, most)
            if once is not None:
                once_names.note_job(connection, once, job.id, self._now())
            return job

    def known_job(self, once: Once) -> Job | None:
        """The job that was made under this name."""
        with self._database.read() as connection:
            known = once_names.known_job(connection, once, self._now())
            return None if known is None else jobs.find_job(connection, known)

    def job(self, job_id: str) -> Job:
        """The job of that id."""
        with self._database.read() as connection:
            return jobs.find_job(connection, job_id)

    def jobs(self, *, person: str | None = None, states: Collection[JobState] = (), limit: int = 20) -> list[Job]:
        """Jobs, newest first."""
        with self._database.read() as connection:
            return jobs.list_jobs(connection, person=person, states=states, limit=limit)

    def count_jobs(self, states: Collection[JobState], *, most: int) -> int:
        """How many jobs there are."""
        with self._database.read() as connection:
            return jobs.count_jobs(connection, states, most)

    def jobs_ahead(self, job_id: str) -> int:
        """How many jobs are taken before this one."""
        with self._database.read() as connection:
            job = jobs.find_job(connection, job_id)
            return jobs.count_ahead(connection, job) if job.state is JobState.QUEUED else 0

    def take_jobs(
        self, kinds: Collection[JobKind], *, limit: int, without: Collection[str] = (), alone: bool = False
    ) -> Taken:
        """The next jobs, for this process."""
        wanted = jobs.Wanted(kinds, without, alone)
        with self._database.read() as connection:
            nothing = jobs.look_ahead(connection, self._claimant(), wanted)
        if nothing is not None:
            return nothing
        with self._database.write() as connection:
            return jobs.take_jobs(connection, self._claimant(), wanted, limit)

    def recover_jobs(self) -> list[Job]:
        """What dead processes were at waits again."""
        with self._database.read() as connection:
            dead = [owner for owner in jobs.owners_at_work(connection) if owner_is_dead(owner)]
            if not deaths.is_any_left(connection, self._claimant(), dead):
                return []
        with self._database.write() as connection:
            return deaths.recover_jobs(connection, self._claimant(), dead)

    def renew_jobs(self, ids: Collection[str]) -> None:
        """Renews the leases of our jobs."""
        with self._database.write() as connection:
            jobs.renew_jobs(connection, self._claimant(), ids)

    def jobs_to_stop(self) -> list[str]:
        """Ours that somebody asked to stop."""
        with self._database.read() as connection:
            return jobs.to_stop(connection, self.owner)

    def over_among(self, ids: Collection[str]) -> list[str]:
        """Jobs that neither wait nor run."""
        with self._database.read() as connection:
            return jobs.over_among(connection, ids)

    def change_job(self, job_id: str, **changes: Any) -> Job:
        """Changes fields of our job."""
        with self._database.write() as connection:
            return jobs.change_job(connection, job_id, self.owner, changes)

    def end_job(self, job_id: str, state: JobState, failure: Failure | None = None) -> Job:
        """Our job is over."""
        why = None if failure is None else failure.model_dump(mode="json")
        with self._database.write() as connection:
            return jobs.end_job(connection, job_id, self.owner, state, why, self._now())

    def put_back_job(self, job_id: str, due_at: datetime | None = None) -> Job:
        """Our job waits again."""
        with self._database.write() as connection:
            return jobs.put_back(connection, job_id, self.owner, due_at)

    def stop_job(self, job_id: str) -> Job:
        """Asks whoever is at it to stop."""
        with self._database.write() as connection:
            return jobs.ask_to_stop(connection, job_id, self._now())

    def go_on_with_job(self, job_id: str, due_at: datetime) -> Job:
        """A job that is over waits again."""
        with self._database.write() as connection:
            return jobs.go_on(connection, job_id, due_at)

    def add_token(self, token: AccessToken) -> None:
        """Keeps a new token."""
        with self._database.write() as connection:
            tokens.add_token(connection, token)

    def tokens(self) -> list[AccessToken]:
        """All tokens, oldest first."""
        with self._database.read() as connection:
            return tokens.list_tokens(connection)

    def revoke_token(self, reference: str) -> AccessToken:
        """The token of that name or id is none any more."""
        with self._database.write() as connection:
            return tokens.revoke_token(connection, reference, self._now())

    def _claimant(self) -> claims.Claimant:
        return claims.Claimant(self.owner, self._now())

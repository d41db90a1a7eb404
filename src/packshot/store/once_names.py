"""Which job a request's own name stands for. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from packshot.errors import ServiceError
from packshot.result import Once
from packshot.store.tables import IDEMPOTENCY

KEPT: Final = timedelta(hours=24)
"""A name may mean something else afterwards."""


def known_job(connection: Connection, once: Once, now: datetime) -> str | None:
    """The id of the job that was made under this name; None where there is none.

    Raises ServiceError (service.key) where it was given to another request.
    """
    wanted = select(IDEMPOTENCY).where(IDEMPOTENCY.c.scope == once.scope, IDEMPOTENCY.c.key == once.key)
    found = connection.execute(wanted).mappings().first()
    if found is None or found["created_at"] < now - KEPT:
        return None
    if found["digest"] != once.digest:
        raise ServiceError(
            "service.key",
            "this idempotency key was given to another request",
            expected="the same request, or another key",
            got=once.key[:80],
        )
    return str(found["job_id"])


def note_job(connection: Connection, once: Once, job_id: str, now: datetime) -> None:
    """From now on this name stands for that job. Names that are over are forgotten."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created_at < now - KEPT))
    values = {"scope": once.scope, "key": once.key, "digest": once.digest, "job_id": job_id, "created_at": now}
    connection.execute(insert(IDEMPOTENCY).values(**values))

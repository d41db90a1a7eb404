"""Evidence: derived from a picture, and replaced as a whole when it is derived again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from packshot.result import Evidence
from packshot.store.rows import evidence_of
from packshot.store.runs import require_run
from packshot.store.tables import EVIDENCE, RUN


def set_evidence(connection: Connection, run_id: str, entries: Sequence[Evidence]) -> None:
    """Replaces a run's evidence; what was proposed from the old is gone with it.

    Raises RecordError on an unknown run; names must be unique.
    """
    require_run(connection, run_id)
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(points=None, criteria=None))
    connection.execute(delete(EVIDENCE).where(EVIDENCE.c.run_id == run_id))
    rows = [
        {**entry.model_dump(mode="json"), "run_id": run_id, "position": position}
        for position, entry in enumerate(entries)
    ]
    if rows:
        connection.execute(insert(EVIDENCE), rows)


def list_evidence(connection: Connection, run_id: str) -> list[Evidence]:
    """A run's evidence in the order it was given. Raises RecordError on an unknown run."""
    require_run(connection, run_id)
    wanted = select(EVIDENCE).where(EVIDENCE.c.run_id == run_id).order_by(EVIDENCE.c.position)
    return [evidence_of(row) for row in connection.execute(wanted).mappings()]

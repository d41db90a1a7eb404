"""Evidence: derived from a picture, and replaced as a whole when it is derived again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, insert, select

from packshot.result import Evidence, Proposal, Sameness
from packshot.store.rows import evidence_of
from packshot.store.runs import replays_of, require_run
from packshot.store.search import set_points
from packshot.store.tables import EVIDENCE

Propose = Callable[[Sequence[Evidence], Sequence[Sameness]], Proposal]
"""Given a run's evidence and what its replays measured: the scores that follow."""


def set_evidence(
    connection: Connection, run_id: str, entries: Sequence[Evidence], propose: Propose | None = None
) -> None:
    """Replaces a run's evidence; its points are what `propose` makes of it, unknown where that is None.

    Raises RecordError on an unknown run; names must be unique.
    """
    proposal = None if propose is None else propose(entries, _verdicts(connection, run_id))
    if proposal is None:
        set_points(connection, run_id, None, None)
    else:
        set_points(connection, run_id, proposal.points, proposal.evaluated)
    connection.execute(delete(EVIDENCE).where(EVIDENCE.c.run_id == run_id))
    rows = [
        {**entry.model_dump(mode="json"), "run_id": run_id, "position": position}
        for position, entry in enumerate(entries)
    ]
    if rows:
        connection.execute(insert(EVIDENCE), rows)


def list_evidence(connection: Connection, run_id: str) -> list[Evidence]:
    """A run's evidence in the order it was given. Raises RecordError on an unknown run."""
    wanted = select(EVIDENCE).where(EVIDENCE.c.run_id == run_id).order_by(EVIDENCE.c.position)
    found = [evidence_of(row) for row in connection.execute(wanted).mappings()]
    if not found:
        require_run(connection, run_id)
    return found


def _verdicts(connection: Connection, run_id: str) -> list[Sameness]:
    return [run.verdict.sameness for run in replays_of(connection, run_id) if run.verdict is not None]

"""Finding runs. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from packshot.errors import RecordError
from packshot.result import Run, RunState
from packshot.store.experiments import require_experiment
from packshot.store.rows import run_of
from packshot.store.tables import CELL, RUN

CANDIDATES_SHOWN = 5


def find_run(connection: Connection, reference: str) -> Run:
    """The one run whose id starts with `reference`, in any case.

    Raises RecordError: `record.not_found`, or `record.ambiguous` with a few candidates.
    """
    prefix = reference.strip().upper()
    wanted = select(RUN).where(RUN.c.id >= prefix, RUN.c.id < prefix + "~").order_by(RUN.c.id)
    found = connection.execute(wanted.limit(CANDIDATES_SHOWN + 1)).mappings().all() if prefix else []
    if not found:
        raise RecordError(
            "record.not_found", "no such run", got=reference or "nothing", hint="`packshot runs list` shows them"
        )
    if len(found) > 1:
        shown = ", ".join(row["id"] for row in found[:CANDIDATES_SHOWN])
        raise RecordError(
            "record.ambiguous",
            f"{reference!r} fits several runs",
            expected="more letters of one run's id",
            got=shown + (", …" if len(found) > CANDIDATES_SHOWN else ""),
        )
    return run_of(found[0])


def list_runs(
    connection: Connection, *, limit: int, offset: int, state: RunState | None, experiment: str | None
) -> list[Run]:
    """Runs, newest first. Raises RecordError where the experiment is not there."""
    wanted = _matching(connection, select(RUN), state, experiment)
    ordered = wanted.order_by(RUN.c.created_at.desc(), RUN.c.id.desc()).limit(limit).offset(offset)
    return [run_of(row) for row in connection.execute(ordered).mappings()]


def count_runs(connection: Connection, *, state: RunState | None, experiment: str | None) -> int:
    """How many runs `list_runs` would give without a limit."""
    wanted = _matching(connection, select(func.count()).select_from(RUN), state, experiment)
    return int(connection.execute(wanted).scalar_one())


def newest_done(connection: Connection, spec_hash: str) -> Run | None:
    """The newest run of that hash that succeeded and is no replay."""
    wanted = (
        select(RUN)
        .where(RUN.c.spec_hash == spec_hash, RUN.c.state == RunState.SUCCEEDED, RUN.c.replay_of.is_(None))
        .order_by(RUN.c.finished_at.desc(), RUN.c.id.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().first()
    return None if row is None else run_of(row)


def makers(connection: Connection, picture_digest: str) -> list[Run]:
    """The runs that made a picture, newest first."""
    wanted = select(RUN).where(RUN.c.picture_digest == picture_digest)
    return [run_of(row) for row in connection.execute(wanted.order_by(RUN.c.id.desc())).mappings()]


def replays_of(connection: Connection, run_id: str) -> list[Run]:
    """The replays of a run, newest first."""
    wanted = select(RUN).where(RUN.c.replay_of == run_id).order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
    return [run_of(row) for row in connection.execute(wanted).mappings()]


def require_run(connection: Connection, run_id: str) -> Run:
    """The run of exactly that id. Raises RecordError."""
    row = connection.execute(select(RUN).where(RUN.c.id == run_id)).mappings().first()
    if row is None:
        raise RecordError("record.not_found", "no such run", got=run_id, hint="`packshot runs list` shows them")
    return run_of(row)


def _matching(
    connection: Connection, wanted: Select[Any], state: RunState | None, experiment: str | None
) -> Select[Any]:
    if state is not None:
        wanted = wanted.where(RUN.c.state == state)
    if experiment is not None:
        require_experiment(connection, experiment)
        wanted = wanted.where(RUN.c.id.in_(select(CELL.c.run_id).where(CELL.c.experiment == experiment)))
    return wanted

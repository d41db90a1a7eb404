"""Experiments and their cells. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from packshot.errors import RecordError, StoreError
from packshot.result import Cell, Experiment
from packshot.store.rows import cell_of
from packshot.store.tables import CELL, EXPERIMENT, RUN


def save_experiment(
    connection: Connection, name: str, plan: dict[str, Any], cells: Sequence[Cell], now: datetime
) -> None:
    """Makes the experiment, or gives it a new plan. A cell whose spec hash was there keeps its run."""
    known = _runs_by_hash(connection, name)
    changed = connection.execute(update(EXPERIMENT).where(EXPERIMENT.c.name == name).values(plan=plan))
    if changed.rowcount == 0:
        connection.execute(insert(EXPERIMENT).values(name=name, plan=plan, created_at=now))
    connection.execute(delete(CELL).where(CELL.c.experiment == name))
    rows = [
        {**_cell_row(cell), "experiment": name, "run_id": cell.run_id or known.get(cell.spec_hash)} for cell in cells
    ]
    if rows:
        connection.execute(insert(CELL), rows)


def link_cell(connection: Connection, experiment: str, cell_name: str, run_id: str) -> None:
    """Points a cell to a run of its spec hash.

    Raises RecordError on an unknown cell or run, StoreError on a run of another hash.
    """
    place = (CELL.c.experiment == experiment) & (CELL.c.name == cell_name)
    wanted = connection.execute(select(CELL.c.spec_hash).where(place)).scalar()
    if wanted is None:
        raise RecordError("record.not_found", "no such cell", got=f"{experiment}/{cell_name}")
    found = connection.execute(select(RUN.c.spec_hash).where(RUN.c.id == run_id)).scalar()
    if found is None:
        raise RecordError("record.not_found", "no such run", got=run_id)
    if found != wanted:
        raise StoreError(
            "store.failed", f"run {run_id} is not what cell {cell_name} asks for", expected=wanted, got=found
        )
    connection.execute(update(CELL).where(place).values(run_id=run_id))


def require_experiment(connection: Connection, name: str) -> RowMapping:
    """The experiment's row. Raises RecordError."""
    row = connection.execute(select(EXPERIMENT).where(EXPERIMENT.c.name == name)).mappings().first()
    if row is None:
        raise RecordError(
            "record.not_found", "no such experiment", got=name, hint="`packshot experiment list` shows them"
        )
    return row


def find_experiment(connection: Connection, name: str) -> Experiment:
    """The experiment with its cells in order. Raises RecordError."""
    return _experiment_of(connection, require_experiment(connection, name))


def list_experiments(connection: Connection) -> list[Experiment]:
    """All experiments, newest first."""
    wanted = select(EXPERIMENT).order_by(EXPERIMENT.c.created_at.desc(), EXPERIMENT.c.name)
    return [_experiment_of(connection, row) for row in connection.execute(wanted).mappings().all()]


def _experiment_of(connection: Connection, row: RowMapping) -> Experiment:
    wanted = select(CELL).where(CELL.c.experiment == row["name"]).order_by(CELL.c.position, CELL.c.name)
    cells = tuple(cell_of(cell) for cell in connection.execute(wanted).mappings())
    return Experiment(name=row["name"], created_at=row["created_at"], plan=row["plan"], cells=cells)


def _runs_by_hash(connection: Connection, experiment: str) -> dict[str, str]:
    wanted = select(CELL.c.spec_hash, CELL.c.run_id).where(CELL.c.experiment == experiment, CELL.c.run_id.is_not(None))
    return {row.spec_hash: row.run_id for row in connection.execute(wanted.order_by(CELL.c.position.desc()))}


def _cell_row(cell: Cell) -> dict[str, Any]:
    return cell.model_dump(mode="json")

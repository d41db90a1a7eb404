"""Experiments and their cells. Every function takes the connection of its caller's transaction.

An experiment may have ten thousand cells: they are written and read in portions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from packshot.errors import RecordError, StoreError
from packshot.result import Cell, Experiment, ExperimentSummary, Run, RunState
from packshot.store.alone import alone
from packshot.store.dialects import insert_or
from packshot.store.rows import RUN_FIELDS, cell_of, run_of
from packshot.store.tables import CELL, EXPERIMENT, RUN

PORTION: Final = 500
"""Rows of one statement."""

STALE: Final = -1
"""The position of a cell that a new plan has not named yet."""


def save_experiment(
    connection: Connection, name: str, plan: dict[str, Any], cells: Iterable[Cell], now: datetime
) -> None:
    """Makes the experiment, or gives it a new plan. A cell whose spec hash was there keeps its run.

    A cell without a spec hash is not resolved yet: it waits, without a run.
    """
    alone(connection, "experiment", name)
    changed = connection.execute(update(EXPERIMENT).where(EXPERIMENT.c.name == name).values(plan=plan))
    if changed.rowcount == 0:
        connection.execute(insert(EXPERIMENT).values(name=name, plan=plan, created_at=now))
    connection.execute(update(CELL).where(CELL.c.experiment == name).values(position=STALE))
    for portion in _portions(cells):
        known = _runs_by_hash(connection, name, {cell.spec_hash for cell in portion})
        rows = [
            {**cell.model_dump(mode="json"), "experiment": name, "run_id": cell.run_id or known.get(cell.spec_hash)}
            for cell in portion
        ]
        put = insert_or(connection, CELL)
        new = {column.name: column for column in put.excluded if column.name not in ("experiment", "name")}
        connection.execute(put.on_conflict_do_update(index_elements=["experiment", "name"], set_=new), rows)
    connection.execute(delete(CELL).where(CELL.c.experiment == name, CELL.c.position == STALE))


def resolve_cells(connection: Connection, name: str, hashes: Mapping[str, str]) -> None:
    """Gives cells, by name, the spec hash that they were waiting for, without a run yet."""
    alone(connection, "experiment", name)
    for portion in _portions(hashes.items()):
        for cell, spec_hash in portion:
            place = (CELL.c.experiment == name) & (CELL.c.name == cell) & (CELL.c.spec_hash != spec_hash)
            connection.execute(update(CELL).where(place).values(spec_hash=spec_hash, run_id=None))


def link_cells(connection: Connection, experiment: str, runs: Mapping[str, str]) -> None:
    """Points cells, by name, to runs of their spec hashes.

    Raises RecordError on an unknown cell or run, StoreError on a run of another hash.
    """
    for cell, run_id in runs.items():
        link_cell(connection, experiment, cell, run_id)


def link_cell(connection: Connection, experiment: str, cell_name: str, run_id: str) -> None:
    """Points a cell to a run of its spec hash.

    Raises RecordError on an unknown cell or run, StoreError on a run of another hash.
    """
    alone(connection, "experiment", experiment)
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


def summarise(connection: Connection, name: str | None = None) -> list[ExperimentSummary]:
    """All experiments, or the named one, newest first, with how many of their cells are in which state."""
    wanted = select(EXPERIMENT.c.name, EXPERIMENT.c.created_at)
    states = (
        select(CELL.c.experiment, RUN.c.state, func.count())
        .select_from(CELL.outerjoin(RUN, RUN.c.id == CELL.c.run_id))
        .group_by(CELL.c.experiment, RUN.c.state)
    )
    if name is not None:
        require_experiment(connection, name)
        wanted, states = wanted.where(EXPERIMENT.c.name == name), states.where(CELL.c.experiment == name)
    counts: dict[str, dict[str, int]] = {}
    for experiment, state, count in connection.execute(states):
        counts.setdefault(experiment, {})[state or "missing"] = count
    rows = connection.execute(wanted.order_by(EXPERIMENT.c.created_at.desc(), EXPERIMENT.c.name))
    return [
        ExperimentSummary(name=row.name, created_at=row.created_at, states=counts.get(row.name, {})) for row in rows
    ]


def page_of_cells(
    connection: Connection, name: str, *, limit: int, offset: int, state: RunState | None
) -> list[tuple[Cell, Run | None]]:
    """Cells in order, each with its run. Raises RecordError where there is no such experiment."""
    require_experiment(connection, name)
    page = select(CELL.c.name).where(CELL.c.experiment == name)
    if state is not None:
        page = page.join(RUN, RUN.c.id == CELL.c.run_id).where(RUN.c.state == state)
    # the page is found first: sorting whole runs would read ten thousand records for a hundred
    page = page.order_by(CELL.c.position, CELL.c.name).limit(limit).offset(offset)
    cell_columns = [CELL.c[field].label(f"cell_{field}") for field in Cell.model_fields]
    wanted = (
        select(*cell_columns, *(RUN.c[field].label(f"run_{field}") for field in RUN_FIELDS))
        .select_from(CELL.outerjoin(RUN, RUN.c.id == CELL.c.run_id))
        .where(CELL.c.experiment == name, CELL.c.name.in_(page.subquery().select()))
        .order_by(CELL.c.position, CELL.c.name)
    )
    rows = connection.execute(wanted).mappings()
    return [(_part(row, "cell", cell_of), None if row["run_id"] is None else _part(row, "run", run_of)) for row in rows]


def run_of_cell(connection: Connection, experiment: str, cell: str) -> Run | None:
    """The run that a cell points to; None where there is no such cell, or no run yet."""
    wanted = select(RUN).join(CELL, CELL.c.run_id == RUN.c.id)
    row = connection.execute(wanted.where(CELL.c.experiment == experiment, CELL.c.name == cell)).mappings().first()
    return None if row is None else run_of(row)


def cells_of_run(connection: Connection, run_id: str) -> list[tuple[str, str]]:
    """Experiment and cell that point to a run, those of the newest experiment first."""
    wanted = select(CELL.c.experiment, CELL.c.name).join(EXPERIMENT, EXPERIMENT.c.name == CELL.c.experiment)
    ordered = wanted.where(CELL.c.run_id == run_id).order_by(EXPERIMENT.c.created_at.desc(), CELL.c.position)
    return [(experiment, cell) for experiment, cell in connection.execute(ordered)]


def products_of_run(connection: Connection, run_id: str) -> list[tuple[str, str, str | None]]:
    """The same, each with the product (a SKU) that the cell is about."""
    wanted = select(CELL.c.experiment, CELL.c.name, CELL.c.product)
    wanted = wanted.join(EXPERIMENT, EXPERIMENT.c.name == CELL.c.experiment).where(CELL.c.run_id == run_id)
    ordered = wanted.order_by(EXPERIMENT.c.created_at.desc(), CELL.c.position)
    return [(experiment, cell, product) for experiment, cell, product in connection.execute(ordered)]


def _part(row: RowMapping, prefix: str, build: Any) -> Any:
    return build({key.removeprefix(f"{prefix}_"): value for key, value in row.items() if key.startswith(prefix)})


def _experiment_of(connection: Connection, row: RowMapping) -> Experiment:
    wanted = select(CELL).where(CELL.c.experiment == row["name"]).order_by(CELL.c.position, CELL.c.name)
    cells = tuple(cell_of(cell) for cell in connection.execute(wanted).mappings())
    return Experiment(name=row["name"], created_at=row["created_at"], plan=row["plan"], cells=cells)


def _runs_by_hash(connection: Connection, experiment: str, hashes: set[str]) -> dict[str, str]:
    known = hashes - {""}
    if not known:
        return {}
    wanted = select(CELL.c.spec_hash, CELL.c.run_id).where(
        CELL.c.experiment == experiment, CELL.c.run_id.is_not(None), CELL.c.spec_hash.in_(known)
    )
    return {row.spec_hash: row.run_id for row in connection.execute(wanted.order_by(CELL.c.position.desc()))}


def _portions(entries: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(entries)
    while portion := list(itertools.islice(rest, PORTION)):
        yield portion

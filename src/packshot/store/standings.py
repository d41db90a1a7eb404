"""Where pictures stand, for review queues: kept beside the trail, in the same transaction. Takes its caller's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select

from packshot.result import Entry, ReviewState, Standing, StandingQuery, leads_to, speaks_of
from packshot.store.dialects import insert_or
from packshot.store.experiments import require_experiment
from packshot.store.tables import CELL, RUN, STANDING, TRAIL

Place = tuple[str, str | None]
"""A run, and a channel or None."""


def note(connection: Connection, number: int, entry: Entry) -> None:
    """What an entry of the trail leads to, for every channel that it speaks of."""
    known = select(STANDING.c.channel).where(STANDING.c.run_id == entry.run_id)
    channels = {channel or None for channel in connection.execute(known).scalars()} | {entry.channel}
    for channel in channels:
        if speaks_of(entry, channel):
            row = {"run_id": entry.run_id, "channel": channel or "", "state": leads_to(entry), "number": number}
            put = insert_or(connection, STANDING).values(**row)
            new = {"state": put.excluded.state, "number": put.excluded.number}
            connection.execute(put.on_conflict_do_update(index_elements=["run_id", "channel"], set_=new))


def search(connection: Connection, query: StandingQuery, *, limit: int, after: int) -> list[Standing]:
    """Pictures that fit, those that wait longest first, beginning behind row `after` of the trail.

    Raises RecordError on an unknown experiment. A rejection in general changes several channels' lines by one row: they
    come together, so that a page may hold a few more than `limit`.
    """
    page = _fitting(connection, select(STANDING), query).where(STANDING.c.number > after)
    last = page.with_only_columns(STANDING.c.number).order_by(STANDING.c.number).limit(limit).subquery()
    whole = page.where(STANDING.c.number <= select(func.max(last.c.number)).scalar_subquery())
    wanted = whole.join(TRAIL, TRAIL.c.number == STANDING.c.number).add_columns(TRAIL.c.entry)
    rows = connection.execute(wanted.order_by(STANDING.c.number, STANDING.c.channel)).mappings()
    return [_standing(dict(row)) for row in rows]


def count(connection: Connection, query: StandingQuery) -> dict[ReviewState, int]:
    """How many pictures fit, by state. Raises RecordError on an unknown experiment."""
    wanted = _fitting(connection, select(STANDING.c.state, func.count()), query).group_by(STANDING.c.state)
    found: dict[str, int] = dict(connection.execute(wanted).tuples().all())
    return {state: found[state] for state in ReviewState if state in found}


def each(connection: Connection) -> Iterator[tuple[Place, str, int]]:
    """Everything that the table says: place, state, number."""
    for run_id, channel, state, number in connection.execute(select(STANDING)):
        yield (run_id, channel or None), state, number


def _fitting(connection: Connection, wanted: Select[Any], query: StandingQuery) -> Select[Any]:
    if query.state is not None:
        wanted = wanted.where(STANDING.c.state == query.state)
    if query.channel is not None or query.in_general:
        wanted = wanted.where(STANDING.c.channel == (query.channel or ""))
    if query.experiment is not None:
        require_experiment(connection, query.experiment)
        runs = select(CELL.c.run_id).where(CELL.c.experiment == query.experiment, CELL.c.run_id.is_not(None))
        wanted = wanted.where(STANDING.c.run_id.in_(runs))
    if query.product is not None:
        runs = select(CELL.c.run_id).where(CELL.c.product == query.product, CELL.c.run_id.is_not(None))
        wanted = wanted.where(STANDING.c.run_id.in_(runs))
    if query.model is not None:
        wanted = wanted.where(STANDING.c.run_id.in_(select(RUN.c.id).where(RUN.c.model == query.model)))
    return wanted


def _standing(row: dict[str, Any]) -> Standing:
    entry = json.loads(row["entry"])
    return Standing(
        number=row["number"],
        run_id=row["run_id"],
        picture_digest=entry["picture_digest"],
        channel=row["channel"] or None,
        state=ReviewState(row["state"]),
        by=entry["by"],
        since=entry["created_at"],
    )

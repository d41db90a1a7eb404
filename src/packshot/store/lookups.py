"""Many runs at once, by spec hash: what is done, what failed, what such runs took. Takes its caller's connection."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from packshot.result import Run, RunState, Timings
from packshot.store.dialects import Readable
from packshot.store.rows import run_of
from packshot.store.tables import EVIDENCE, RUN

AT_ONCE: Final = 500
"""Hashes of one query: SQLite takes so many parameters anywhere."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Runs that take the same time for a denoiser call: weights, size in pixels, device, runtime, precision."""

    model: str
    width: int
    height: int
    device: str
    runtime: str
    precision: str


@dataclass(frozen=True, slots=True)
class Took:
    """What a run took, how many denoiser calls it made, and whether they were guided (two rows, not one)."""

    timings: Timings
    calls: int
    guided: bool
    started_at: datetime
    finished_at: datetime


def done_among(connection: Connection, hashes: Collection[str]) -> dict[str, str]:
    """Of these hashes, those with a run that succeeded and is no replay: the newest one's id."""
    return {row.spec_hash: row.id for row in _newest(connection, hashes, RunState.SUCCEEDED, RUN.c.id)}


def failed_among(connection: Connection, hashes: Collection[str]) -> dict[str, Run]:
    """Of these hashes, those with a run that failed and is no replay: the newest one."""
    return {row.spec_hash: run_of(row._mapping) for row in _newest(connection, hashes, RunState.FAILED, *RUN.c)}


def measured_among(connection: Connection, run_ids: Collection[str]) -> set[str]:
    """Of these runs, those with evidence."""
    found: set[str] = set()
    for some in _portions(run_ids):
        wanted = select(EVIDENCE.c.run_id).where(EVIDENCE.c.run_id.in_(some)).distinct()
        found.update(connection.execute(wanted).scalars())
    return found


def newest_of_kind(connection: Connection, kind: Kind, limit: int) -> list[Took]:
    """What the newest successful runs of a kind took, replays among them."""
    intent, execution = Readable(RUN.c.resolved)["intent"], Readable(RUN.c.resolved)["execution"]
    wanted = (
        select(RUN.c.result, RUN.c.resolved, RUN.c.started_at, RUN.c.finished_at)
        .where(
            RUN.c.state == RunState.SUCCEEDED,
            RUN.c.started_at.is_not(None),
            intent["model"]["digest"].as_string() == kind.model,
            intent["width"].as_integer() == kind.width,
            intent["height"].as_integer() == kind.height,
            execution["device"].as_string() == kind.device,
            execution["runtime"].as_string() == kind.runtime,
            execution["precision"].as_string() == kind.precision,
        )
        .order_by(RUN.c.created_at.desc(), RUN.c.id.desc())
        .limit(limit)
    )
    return [_took(row) for row in connection.execute(wanted)]


def _took(row: Any) -> Took:
    timings = Timings.model_validate(row.result["timings"])
    guided = row.resolved["intent"]["guidance"] > 1
    return Took(timings, row.result["provenance"]["denoiser_calls"], guided, row.started_at, row.finished_at)


def _newest(connection: Connection, hashes: Collection[str], state: RunState, *columns: Any) -> Iterator[Any]:
    """Oldest first, so that whoever keeps one by hash keeps the newest."""
    for some in _portions(hashes):
        wanted: Select[Any] = select(*dict.fromkeys((RUN.c.spec_hash, *columns))).where(
            RUN.c.spec_hash.in_(some), RUN.c.state == state, RUN.c.replay_of.is_(None)
        )
        yield from connection.execute(wanted.order_by(RUN.c.finished_at, RUN.c.id))


def _portions(entries: Collection[str]) -> Iterator[list[str]]:
    rest = iter(entries)
    while portion := list(itertools.islice(rest, AT_ONCE)):
        yield portion

"""A whole workspace from one place to another: pictures first, then rows, then both sides are compared row for row.

Nothing is taken away from where it was. What was interrupted goes on with the next call: what is there, and equal, is
not copied again. A target that holds anything else than this workspace is left as it is.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, tuple_

from packshot.errors import StoreError, WorkspaceError
from packshot.result import JobState, RunState
from packshot.spec import Frozen, canonical_json
from packshot.store.claims import is_lapsed
from packshot.store.kept import Originals, PictureStore
from packshot.store.owner import owner_is_dead
from packshot.store.tables import JOB, METADATA, PICTURE, RUN, SOURCE
from packshot.store.trail import head
from packshot.store.transactions import Transactions

PORTION: Final = 500
"""Rows of one transaction, and of one insert."""

AT_ONCE: Final = 8
"""Pictures on their way at the same time: the network is what they wait for."""

Key = tuple[Any, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """One end of the way."""

    rows: Transactions
    pictures: PictureStore
    originals: Originals


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is. `what` is pictures, originals, the name of a table, or `comparing <table>`."""

    what: str
    done: int
    total: int


class Moved(Frozen):
    """What is now in both places: rows by table with the digest of all of them, pictures, and the trail's head."""

    rows: dict[str, int]
    digests: dict[str, str]
    copied_rows: int
    pictures: int
    copied_pictures: int
    originals: int
    head: str


def move(source: Place, target: Place, now: datetime, hear: Callable[[Step], None]) -> Moved:
    """Copies everything, and compares. `now` decides which leases still live.

    Raises WorkspaceError: `workspace.busy` where somebody is at work in the source, `workspace.other` where the target
    holds anything that the source does not. Raises StoreError where a picture of the source is damaged, where the
    copies are not equal at the end, and whatever reading and writing raise.
    """
    with source.rows.read() as connection:
        _check_quiet(connection, now, source.rows.place)
        for table in METADATA.sorted_tables:
            _check_part(connection, target.rows, table)
        digests = list(connection.execute(select(PICTURE.c.digest).order_by(PICTURE.c.digest)).scalars())
        copied_pictures = _copy_pictures(source.pictures, target.pictures, digests, hear)
        originals = _copy_originals(connection, source.originals, target.originals, hear)
        copied = sum(_copy_rows(connection, target.rows, table, hear) for table in METADATA.sorted_tables)
        found = {table.name: _compare(connection, target.rows, table, hear) for table in METADATA.sorted_tables}
        return Moved(
            rows={name: count for name, (count, _) in found.items()},
            digests={name: digest for name, (_, digest) in found.items()},
            copied_rows=copied,
            pictures=len(digests),
            copied_pictures=copied_pictures,
            originals=originals,
            head=head(connection)[1],
        )


def _check_quiet(connection: Connection, now: datetime, place: str) -> None:
    running = connection.execute(select(RUN).where(RUN.c.state == RunState.RUNNING)).mappings()
    owners = [row["lease_owner"] for row in running if not is_lapsed(row, now)]
    leased = select(JOB.c.owner).where(JOB.c.state == JobState.RUNNING, JOB.c.lease_until > now)
    owners += [owner for owner in connection.execute(leased).scalars() if not owner_is_dead(owner)]
    if owners:
        raise WorkspaceError(
            "workspace.busy",
            f"somebody is at work there: {place}",
            expected="nobody",
            got=", ".join(sorted(set(owners))),
            hint="stop every studio, server and sweep that uses it, and call again",
        )


def _check_part(source: Connection, target: Transactions, table: Table) -> None:
    """Whether every row of the target is a row of the source, digit for digit."""
    with target.read() as connection:
        for rows in _pages(connection, table):
            ours = _between(source, table, _key(table, rows[0]), _key(table, rows[-1]))
            for row in rows:
                key = _key(table, row)
                if key not in ours or row_digest(ours[key]) != row_digest(row):
                    raise WorkspaceError(
                        "workspace.other",
                        f"the place to move to holds something else: {target.place}",
                        expected="nothing, or a part of the same workspace",
                        got=f"{table.name} {' '.join(map(str, key))}",
                        hint="name an empty place; what is there stays as it is",
                    )


def _copy_pictures(
    source: PictureStore, target: PictureStore, digests: Sequence[str], hear: Callable[[Step], None]
) -> int:
    def copy(digest: str) -> bool:
        if target.is_intact(digest):
            return False
        kept = target.put(source.stored(digest))
        if kept != digest:
            raise StoreError(
                "store.failed",
                f"picture {digest[:12]} of the source is damaged",
                expected=digest,
                got=kept,
                hint="`packshot verify` lists what is damaged; restore it from a backup and call again",
            )
        return True

    copied = done = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="moving") as pool:
        for portion in _portions(digests, AT_ONCE * 4):
            copied += sum(pool.map(copy, portion))
            done += len(portion)
            hear(Step("pictures", done, len(digests)))
    return copied


def _copy_originals(connection: Connection, source: Originals, target: Originals, hear: Callable[[Step], None]) -> int:
    wanted = select(SOURCE.c.original).where(SOURCE.c.original.is_not(None)).distinct().order_by(SOURCE.c.original)
    digests = list(connection.execute(wanted).scalars())
    for done, digest in enumerate(digests, 1):
        if not target.is_intact(digest):
            target.put(source.get(digest))
        hear(Step("originals", done, len(digests)))
    return len(digests)


def _copy_rows(source: Connection, target: Transactions, table: Table, hear: Callable[[Step], None]) -> int:
    total, done, copied = _count(source, table), 0, 0
    for rows in _pages(source, table):
        with target.read() as connection:
            there = _between(connection, table, _key(table, rows[0]), _key(table, rows[-1]))
        new = [row for row in rows if _key(table, row) not in there]
        if new:
            with target.write() as connection:
                connection.execute(insert(table), new)
        copied, done = copied + len(new), done + len(rows)
        hear(Step(table.name, done, total))
    return copied


def _compare(source: Connection, target: Transactions, table: Table, hear: Callable[[Step], None]) -> tuple[int, str]:
    with target.read() as connection:
        here, there = (table_digest(each, table) for each in (source, connection))
    hear(Step(f"comparing {table.name}", here[0], here[0]))
    if here != there:
        raise StoreError(
            "store.failed",
            f"the copy of table {table.name} is not equal",
            expected=f"{here[0]} rows, digest {here[1][:12]}",
            got=f"{there[0]} rows, digest {there[1][:12]}",
            hint="somebody changed one side meanwhile: see that nobody does, and call again",
        )
    return here


def table_digest(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows a table has, and one digest of all of them in the order of their keys, the same on any database."""
    whole, count = hashlib.sha256(), 0
    for rows in _pages(connection, table):
        for row in rows:
            whole.update(bytes.fromhex(row_digest(row)))
        count += len(rows)
    return count, whole.hexdigest()


def row_digest(row: Row) -> str:
    """The digest of a row's values, whatever database it is in."""
    return hashlib.sha256(canonical_json({name: _plain(value) for name, value in row.items()}).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """SQLite makes 1 of a JSON number 1.0 that stands alone in its column: one number, one digest."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _key(table: Table, row: Row) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _pages(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """All rows in the order of their keys."""
    columns = tuple_(*table.primary_key)
    last: Key | None = None
    while True:
        wanted = select(table).order_by(*table.primary_key).limit(PORTION)
        if last is not None:
            wanted = wanted.where(columns > last)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
        if not rows:
            return
        yield rows
        last = _key(table, rows[-1])


def _between(connection: Connection, table: Table, first: Key, last: Key) -> dict[Key, Row]:
    columns = tuple_(*table.primary_key)
    rows = connection.execute(select(table).where(columns >= first, columns <= last)).mappings()
    return {_key(table, dict(row)): dict(row) for row in rows}


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _portions(entries: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(entries)
    while portion := list(itertools.islice(rest, size)):
        yield portion

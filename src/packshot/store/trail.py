"""The audit trail: entries added to the chain, never changed. Every function takes its caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, insert, select

from packshot.errors import RecordError, StoreError
from packshot.result import GENESIS, Entry, Link, Release, Review, entry_text, kind_of, link_digest
from packshot.store import standings
from packshot.store.alone import alone
from packshot.store.dialects import AsBytes
from packshot.store.runs import require_run
from packshot.store.tables import TRAIL

Decide = Callable[[Sequence[Entry]], Sequence[Entry]]
"""Given all that was recorded of a run, what shall be added; may raise to refuse."""

PORTION = 1000
KINDS: dict[str, type[Review] | type[Release]] = {"review": Review, "release": Release}


def append(connection: Connection, run_id: str, decide: Decide) -> list[Link]:
    """Adds what `decide` makes of the run's history, which cannot change meanwhile. Needs a *write* transaction.

    Raises RecordError where the run is unknown, has no picture, or another one than an entry names.
    """
    alone(connection, "trail")
    result = require_run(connection, run_id).result
    added = decide(list_entries(connection, run_id))
    if result is None and added:
        raise RecordError("record.unfinished", "the run has no picture to review", got=run_id)
    links = []
    for entry in added:
        if result is None or (entry.run_id, entry.picture_digest) != (run_id, result.picture_digest):
            raise RecordError(
                "record.review",
                "the entry names another picture than its run made",
                expected=None if result is None else result.picture_digest,
                got=entry.picture_digest,
            )
        links.append(_append(connection, entry))
    return links


def list_entries(connection: Connection, run_id: str) -> list[Entry]:
    """All that was recorded of a run, in the order it was appended.

    Raises RecordError on an unknown run, and StoreError on a row that was changed: it is no basis for anything.
    """
    require_run(connection, run_id)
    rows = connection.execute(_links().where(TRAIL.c.run_id == run_id).order_by(TRAIL.c.number))
    return [_believed(_link(row)) for row in rows]


def each_link(connection: Connection) -> Iterator[Link]:
    """The whole trail as it stands, in order of number, believed in nothing."""
    wanted = _links().order_by(TRAIL.c.number)
    yield from map(_link, connection.execute(wanted, execution_options={"yield_per": PORTION}))


def head(connection: Connection) -> tuple[int, str]:
    """Number and digest of the newest row; 0 and zeros of an empty trail."""
    wanted = select(TRAIL.c.number, TRAIL.c.digest).order_by(TRAIL.c.number.desc()).limit(1)
    row = connection.execute(wanted).first()
    return (0, GENESIS) if row is None else (row.number, row.digest)


def _append(connection: Connection, entry: Entry) -> Link:
    last, previous = head(connection)
    number, kind, text = last + 1, kind_of(entry), entry_text(entry)
    link = Link(number, kind, entry.run_id, text, previous, link_digest(previous, number, kind, text))
    values = {name: getattr(link, name) for name in ("number", "kind", "run_id", "entry", "previous", "digest")}
    connection.execute(insert(TRAIL).values(**values))
    standings.note(connection, number, entry)
    return link


def _links() -> Select[Any]:
    """Texts are read as bytes: what somebody wrote into the file need not be text at all."""
    texts = (TRAIL.c.kind, TRAIL.c.run_id, TRAIL.c.entry, TRAIL.c.previous, TRAIL.c.digest)
    return select(TRAIL.c.number, *(AsBytes(column).label(column.name) for column in texts))


def _link(row: Row[Any]) -> Link:
    number, kind, run_id, entry, previous, digest = tuple(row)
    run = None if run_id is None else _text(run_id)
    return Link(number, _text(kind), run, _text(entry), _text(previous), _text(digest))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _believed(link: Link) -> Entry:
    derives = link_digest(link.previous, link.number, link.kind, link.entry) == link.digest
    try:
        entry = KINDS[link.kind].model_validate(json.loads(link.entry)) if derives else None
    except (KeyError, ValueError, ValidationError):
        entry = None
    if entry is None or entry.run_id != link.run_id:
        raise StoreError(
            "store.failed",
            f"entry {link.number} of the audit trail was changed",
            hint="`packshot audit` says more; restore packshot.db from a backup",
        )
    return entry

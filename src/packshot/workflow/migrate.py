"""A workspace moved between SQLite with folders and PostgreSQL with S3, either way, and verified there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from packshot.errors import StoreError
from packshot.store import Moved, SqlStore, Step, move


@dataclass(frozen=True, slots=True)
class Migration:
    """What was moved, and between which places (without passwords)."""

    source: str
    target: str
    moved: Moved


def migrate(source: SqlStore, target: SqlStore, now: datetime, hear: Callable[[Step], None]) -> Migration:
    """Copies everything, compares all rows and pictures by their digests, and audits the trail that arrived.

    The source stays as it is. Raises WorkspaceError (`workspace.busy`, `workspace.other`) and StoreError.
    """
    moved = move(source.ends, target.ends, now, hear)
    found = target.audit([moved.head], pictures=False)
    before = source.audit(pictures=False)
    if found != before:
        raise StoreError(
            "store.failed",
            "the audit trail that arrived is not the one that left",
            expected=f"{before.entries} entries, head {before.head}",
            got=f"{found.entries} entries, head {found.head}",
            hint="see that nobody changes either side meanwhile, and call again",
        )
    return Migration(source.ends.rows.place, target.ends.rows.place, moved)

"""What source photos said about themselves when they came in. Every function takes its caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, insert, select, update

from packshot.metadata import UNLABELLED, SourceLabels, SourceType
from packshot.store.alone import alone
from packshot.store.tables import SOURCE


def note(connection: Connection, digest: str, labels: SourceLabels, original: str | None) -> None:
    """Adds what a file with these pixels says to what others said: nothing is ever taken back.

    `original` is the digest of the file itself; the first one stays. Needs a *write* transaction and the picture's row.
    """
    alone(connection, "source", digest)
    row = _row(connection, digest)
    if row is None:
        values = {"ai": labels.ai, "c2pa": labels.c2pa, "original": original}
        connection.execute(insert(SOURCE).values(digest=digest, **values))
        return
    both = _labels(row).joined(labels)
    values = {"ai": both.ai, "c2pa": both.c2pa, "original": row["original"] or original}
    connection.execute(update(SOURCE).where(SOURCE.c.digest == digest).values(**values))


def labels_of(connection: Connection, digest: str) -> SourceLabels | None:
    """What is known of a source by the digest of its pixels; None where no file of it was ever looked at."""
    row = _row(connection, digest)
    return None if row is None else _labels(row)


def original_of(connection: Connection, digest: str) -> str | None:
    """The digest of the file that is kept of a source."""
    row = _row(connection, digest)
    return None if row is None else row["original"]


def _row(connection: Connection, digest: str) -> RowMapping | None:
    return connection.execute(select(SOURCE).where(SOURCE.c.digest == digest)).mappings().first()


def _labels(row: RowMapping) -> SourceLabels:
    """A code that no version of ours wrote counts as AI's: in doubt, AI had a part."""
    try:
        kind = None if row["ai"] is None else SourceType(row["ai"])
    except ValueError:
        kind = SourceType.TRAINED
    return UNLABELLED.joined(SourceLabels(kind, bool(row["c2pa"])))

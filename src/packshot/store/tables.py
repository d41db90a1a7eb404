"""The tables, as SQLAlchemy sees them. The migrations make them; a test proves that both agree.

Times are UTC, sizes in pixels, JSON is canonical (`packshot.spec.canonical_json`). Nothing here is written by hand
into a file: the SQL stays within what SQLite and PostgreSQL share.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC; a datetime without zone is refused, for nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a datetime with a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From UTC; SQLite keeps no zone."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PICTURE = Table(
    "picture",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Every row has its file at `pictures/ab/<digest>.png`. `kind` is result or source, as it first came."""

SOURCE = Table(
    "source",
    METADATA,
    Column("digest", String(64), ForeignKey("picture.digest"), primary_key=True),
    Column("ai", Text),
    Column("c2pa", Boolean, nullable=False),
    Column("original", String(64)),
)
"""What the files of a source picture said when they came in: the strongest AI source type, a C2PA manifest.

`original` is the SHA-256 of the first file that had a manifest, at `originals/ab/<digest>`. A source without a row came
in before there was this table.
"""

RUN = Table(
    "run",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("spec_hash", String(80), nullable=False),
    Column("resolved", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("picture_digest", String(64), ForeignKey("picture.digest")),
    Column("result", JSON(none_as_null=True)),
    Column("failure", JSON(none_as_null=True)),
    Column("replay_of", Text),
    Column("verdict", JSON(none_as_null=True)),
    Column("lease_owner", Text),
    Column("lease_until", UtcDateTime),
    Column("words", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("mode", String(10), nullable=False),
    Column("points", Integer),
    Column("criteria", Integer),
    Index(None, "spec_hash", "state"),
    Index(None, "created_at"),
    Index(None, "picture_digest"),
    Index("ix_run_gallery", "replay_of", "id", "state", "model", "mode", "points", "criteria", "words"),
)
"""A row with a lease is running; a finished row has none.

`words`, `model` and `mode` repeat what stands in `resolved`, for searching: the prompt folded as
`packshot.store.rows.folded` does. `points` and `criteria` are the proposed rubric's, null while nobody proposed.
`ix_run_gallery` holds all that a gallery filters by: the rows themselves are some kilobytes each, and reading ten
thousand of them for one word takes a hundred times as long.
"""

EXPERIMENT = Table(
    "experiment",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("plan", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

CELL = Table(
    "cell",
    METADATA,
    Column("experiment", String(100), ForeignKey("experiment.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("group", String(100), nullable=False),
    Column("spec_hash", String(80), nullable=False),
    Column("change", JSON, nullable=False),
    Column("arm", String(100), nullable=False),
    Column("seed", BigInteger),
    Column("product", String(100)),
    Column("against", String(100)),
    Column("run_id", String(26), ForeignKey("run.id")),
    Index(None, "run_id"),
    Index(None, "experiment", "run_id"),
    Index(None, "product", "run_id"),
)

PRODUCT_ROW = Table(
    "product_row",
    METADATA,
    Column("catalogue", String(100), primary_key=True),
    Column("sku", String(100), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("run_id", String(26), ForeignKey("run.id")),
    Column("row", JSON, nullable=False),
    Index(None, "catalogue", "position"),
    Index(None, "run_id"),
)
"""What came of each product of a catalogue. `row` is the whole value, the other columns repeat what is searched for."""

RATING = Table(
    "rating",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("run_id", String(26), ForeignKey("run.id"), nullable=False),
    Column("rater", String(100), nullable=False),
    Column("scores", JSON, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "run_id"),
)
"""Append-only: the database itself refuses to change or delete a row."""

TRAIL = Table(
    "trail",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("run_id", String(26), ForeignKey("run.id")),
    Column("entry", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("previous", name="uq_trail_previous"),
    UniqueConstraint("digest", name="uq_trail_digest"),
    Index(None, "run_id"),
)
"""Append-only like RATING, and chained (`packshot.result.trail`): `number` counts from 1 without gaps, and no two rows
may follow the same one. `entry` is text, for a JSON column would not give back what was hashed. `run_id` repeats what
stands in the entry.
"""

STANDING = Table(
    "standing",
    METADATA,
    Column("run_id", String(26), ForeignKey("run.id"), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("number", Integer, ForeignKey("trail.number"), nullable=False),
    Index(None, "state", "channel", "number"),
    Index(None, "channel", "number"),
    Index(None, "state", "number"),
)
"""Where each picture stands, derived from TRAIL and kept beside it for review queues; no gate ever reads it.

The channel is empty for the picture in general: a null would be no key. `number` is the row that led to the state.
"""

EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("run_id", String(26), ForeignKey("run.id"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("value", JSON(none_as_null=True)),
    Column("unit", String(40)),
    Column("sentence", Text, nullable=False),
    Column("regions", JSON, nullable=False),
)
"""Derived from the picture, so evaluating again replaces it."""

JOB = Table(
    "job",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("request", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("person", String(100)),
    Column("owner", Text),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("run_ids", JSON, nullable=False),
    Column("experiment", String(100)),
    Column("failure", JSON(none_as_null=True)),
    Column("priority", String(20), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("stopping", Boolean, nullable=False),
    Column("deaths", Integer, nullable=False),
    Index(None, "state", "due_at"),
    Index(None, "state", "kind", "due_at", "id"),
)
"""The queue: what people gave Packshot to do, and who is at it. Begun by `due_at`.

`run_ids` may name runs that a later workspace lost: jobs are no record.
"""

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("scope", String(100), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("job_id", String(26), ForeignKey("job.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "created_at"),
)
"""Which job a request's own name stands for; see `packshot.result.Once`. Rows are forgotten after a day."""

TOKEN = Table(
    "token",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)
"""Who may come in and do what. The tokens themselves are nowhere: `digest` is their SHA-256."""

SECRET = Table(
    "secret",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", String(64), nullable=False),
)
"""Random bytes in hex, made once: what servers on several hosts sign with, each for the others."""

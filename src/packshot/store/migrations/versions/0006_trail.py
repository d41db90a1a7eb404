"""One audit trail, chained by digests, in place of the table of reviews; and where each picture stands.

Revision 0006, after 0005. The reviews are carried over in the order in which they were appended. Digests and states are
spelled out here as `packshot.result` had them on that day.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from packshot.store.migrations.rules import append_at_the_end, forbid_changes, is_postgres

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
STATES = {"submit": "in_review", "approve": "approved", "reject": "rejected"}
FIELDS = ("id", "run_id", "picture_digest", "decision", "by", "reason", "channel")

REVIEW = sa.table(
    "review",
    sa.column("position", sa.Integer),
    *(sa.column(name, sa.Text) for name in (*FIELDS, "created_at")),
)
TRAIL = sa.table(
    "trail",
    sa.column("number", sa.Integer),
    *(sa.column(name, sa.Text) for name in ("kind", "run_id", "entry", "previous", "digest")),
)
STANDING = sa.table(
    "standing",
    *(sa.column(name, sa.Text) for name in ("run_id", "channel", "state")),
    sa.column("number", sa.Integer),
)


def upgrade():
    op.create_table(
        "trail",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("run_id", sa.String(26)),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trail"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_trail_run_id"),
        sa.UniqueConstraint("previous", name="uq_trail_previous"),
        sa.UniqueConstraint("digest", name="uq_trail_digest"),
    )
    op.create_index("ix_trail_run_id", "trail", ["run_id"])
    op.create_table(
        "standing",
        sa.Column("run_id", sa.String(26), nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "channel", name="pk_standing"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_standing_run_id"),
        sa.ForeignKeyConstraint(["number"], ["trail.number"], name="fk_standing_number"),
    )
    op.create_index("ix_standing_state_channel_number", "standing", ["state", "channel", "number"])
    op.create_index("ix_standing_channel_number", "standing", ["channel", "number"])
    op.create_index("ix_standing_state_number", "standing", ["state", "number"])
    carry_over(op.get_bind())
    forbid_changes(op, "trail", "the trail is append-only")
    if is_postgres(op):
        append_at_the_end(op, GENESIS)
    else:
        op.execute(
            "CREATE TRIGGER trail_only_at_the_end BEFORE INSERT ON trail "
            "WHEN NEW.number != (SELECT COALESCE(MAX(number), 0) + 1 FROM trail) "
            "OR NEW.previous != COALESCE((SELECT digest FROM trail ORDER BY number DESC LIMIT 1), "
            f"'{GENESIS}') OR EXISTS (SELECT 1 FROM trail WHERE digest = NEW.digest) "
            "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
        )
    op.drop_table("review")


def carry_over(connection):
    links, standings, previous = [], {}, GENESIS
    rows = connection.execute(sa.select(REVIEW).order_by(REVIEW.c.position)).mappings()
    for number, row in enumerate(rows, 1):
        entry = {name: row[name] for name in FIELDS}
        entry |= {"created_at": moment(row["created_at"]), "checks": [], "overrides": []}
        text = canonical(entry)
        whole = f'{{"entry":{text},"kind":"review","number":{number}}}'
        digest = hashlib.sha256((previous + whole).encode("utf-8")).hexdigest()
        link = {"number": number, "kind": "review", "run_id": row["run_id"], "entry": text}
        links.append({**link, "previous": previous, "digest": digest})
        lines = standings.setdefault(row["run_id"], {})
        lines[row["channel"] or ""] = (STATES.get(row["decision"], "rejected"), number)
        if row["channel"] is None and row["decision"] == "reject":
            lines.update(dict.fromkeys(lines, ("rejected", number)))
        previous = digest
    if links:
        connection.execute(sa.insert(TRAIL), links)
        connection.execute(
            sa.insert(STANDING),
            [
                {"run_id": run_id, "channel": channel, "state": state, "number": number}
                for run_id, lines in standings.items()
                for channel, (state, number) in lines.items()
            ],
        )


def moment(text):
    # SQLite keeps UTC as 2026-11-23 09:00:00.000000; JSON has 2026-11-23T09:00:00Z, with microseconds where there are
    return text.replace(" ", "T").removesuffix(".000000") + "Z"


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

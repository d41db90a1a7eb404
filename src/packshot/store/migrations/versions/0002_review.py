"""Reviews: who decided what about which picture, and why.

Revision 0002, after 0001. Append-only by triggers, as ratings are; the third one closes the way around them, since
SQLite's `INSERT OR REPLACE` deletes without firing a delete trigger.
"""

import sqlalchemy as sa
from alembic import op

from packshot.store.migrations.rules import forbid_changes, is_postgres

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "review",
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("run_id", sa.String(26), nullable=False),
        sa.Column("picture_digest", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("channel", sa.String(100)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_review"),
        sa.UniqueConstraint("id", name="uq_review_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_review_run_id"),
        sa.ForeignKeyConstraint(["picture_digest"], ["picture.digest"], name="fk_review_picture_digest"),
    )
    op.create_index("ix_review_run_id", "review", ["run_id"])
    forbid_changes(op, "review", "reviews are append-only")
    if is_postgres(op):
        return
    op.execute(
        "CREATE TRIGGER review_no_replace BEFORE INSERT ON review "
        "WHEN EXISTS (SELECT 1 FROM review WHERE id = NEW.id OR position = NEW.position) "
        "BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END"
    )

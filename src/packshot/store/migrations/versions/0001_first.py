"""The first tables.

Revision 0001, after none. A revision is never changed once released: it spells its columns out instead of importing
`packshot.store.tables`, which moves on.
"""

import sqlalchemy as sa
from alembic import op

from packshot.store.migrations.rules import forbid_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade():
    op.create_table(
        "picture",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_picture"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("spec_hash", sa.String(80), nullable=False),
        sa.Column("resolved", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        moment("created_at"),
        moment("started_at", nullable=True),
        moment("finished_at", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("picture_digest", sa.String(64)),
        sa.Column("result", sa.JSON),
        sa.Column("failure", sa.JSON),
        sa.Column("replay_of", sa.Text),
        sa.Column("verdict", sa.JSON),
        sa.Column("lease_owner", sa.Text),
        moment("lease_until", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.ForeignKeyConstraint(["picture_digest"], ["picture.digest"], name="fk_run_picture_digest"),
    )
    op.create_index("ix_run_spec_hash_state", "run", ["spec_hash", "state"])
    op.create_index("ix_run_created_at", "run", ["created_at"])
    op.create_index("ix_run_replay_of", "run", ["replay_of"])
    op.create_index("ix_run_picture_digest", "run", ["picture_digest"])
    op.create_table(
        "experiment",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("name", name="pk_experiment"),
    )
    op.create_table(
        "cell",
        sa.Column("experiment", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("group", sa.String(100), nullable=False),
        sa.Column("spec_hash", sa.String(80), nullable=False),
        sa.Column("change", sa.JSON, nullable=False),
        sa.Column("run_id", sa.String(26)),
        sa.PrimaryKeyConstraint("experiment", "name", name="pk_cell"),
        sa.ForeignKeyConstraint(["experiment"], ["experiment.name"], name="fk_cell_experiment"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_cell_run_id"),
    )
    op.create_index("ix_cell_run_id", "cell", ["run_id"])
    op.create_table(
        "rating",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("run_id", sa.String(26), nullable=False),
        sa.Column("rater", sa.String(100), nullable=False),
        sa.Column("scores", sa.JSON, nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_rating"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_rating_run_id"),
    )
    op.create_index("ix_rating_run_id", "rating", ["run_id"])
    forbid_changes(op, "rating", "ratings are append-only")
    op.create_table(
        "evidence",
        sa.Column("run_id", sa.String(26), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("value", sa.JSON),
        sa.Column("unit", sa.String(40)),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("region", sa.JSON),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_evidence"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_evidence_run_id"),
    )

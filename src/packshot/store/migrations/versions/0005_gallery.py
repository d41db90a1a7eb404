"""Runs can be searched: by the words of their prompt, their model and mode, and the proposed rubric's points.

Revision 0005, after 0004. Words, model and mode of earlier runs are read from their resolved spec. Their points rest on
the rules of the rubric, which no migration may freeze: they stay null, and `packshot.workflow.scoring` fills them.
"""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

from packshot.store.migrations.rules import is_postgres

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PORTION = 500

RUN = sa.table(
    "run",
    sa.column("id", sa.String),
    sa.column("resolved", sa.Text),
    sa.column("words", sa.Text),
    sa.column("model", sa.Text),
    sa.column("mode", sa.Text),
)


def upgrade():
    op.add_column("run", sa.Column("words", sa.Text, nullable=False, server_default=""))
    op.add_column("run", sa.Column("model", sa.Text, nullable=False, server_default=""))
    op.add_column("run", sa.Column("mode", sa.String(10), nullable=False, server_default="text2img"))
    op.add_column("run", sa.Column("points", sa.Integer))
    op.add_column("run", sa.Column("criteria", sa.Integer))
    fill(op.get_bind())
    op.drop_index("ix_run_replay_of", "run")
    columns = ["replay_of", "id", "state", "model", "mode", "points", "criteria", "words"]
    # PostgreSQL refuses a row whose entry in an index is over 2,704 bytes, and prompts are longer
    op.create_index("ix_run_gallery", "run", columns[:-1] if is_postgres(op) else columns)
    op.create_index("ix_cell_experiment_run_id", "cell", ["experiment", "run_id"])
    op.create_index("ix_cell_product_run_id", "cell", ["product", "run_id"])


def fill(connection):
    change = (
        sa.update(RUN)
        .where(RUN.c.id == sa.bindparam("run_id"))
        .values(words=sa.bindparam("words"), model=sa.bindparam("model"), mode=sa.bindparam("mode"))
    )
    last = ""
    while True:
        wanted = sa.select(RUN.c.id, RUN.c.resolved).where(RUN.c.id > last).order_by(RUN.c.id).limit(PORTION)
        rows = connection.execute(wanted).all()
        if not rows:
            return
        changes = [{"run_id": row.id, **found} for row in rows if (found := searched(row.resolved)) is not None]
        if changes:
            connection.execute(change, changes)
        last = rows[-1].id


def searched(resolved):
    # a row that was tampered with must not keep the workspace shut: `packshot verify` names it
    try:
        value = json.loads(resolved)
        prompt, mode, model = value["intent"]["prompt"], value["intent"]["mode"], value["origin"]["model"]
        words = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", prompt).casefold()).replace("\0", " ")
    except (KeyError, TypeError, ValueError):
        return None
    return {"words": words, "mode": str(mode), "model": str(model)}

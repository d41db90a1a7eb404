"""How often the process that was at a job died: what takes its process with it each time is not tried for ever.

And the next job of a kind is found without a look at those of others, however many wait.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("deaths", sa.Integer))
    op.execute("UPDATE job SET deaths = 0")
    with op.batch_alter_table("job") as job:
        job.alter_column("deaths", existing_type=sa.Integer, nullable=False)
    op.create_index("ix_job_state_kind_due_at_id", "job", ["state", "kind", "due_at", "id"])

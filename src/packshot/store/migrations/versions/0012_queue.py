"""One queue for every process: jobs have a priority, a place, a lease, and can be asked to stop.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("priority", sa.String(20)))
        job.add_column(sa.Column("due_at", sa.DateTime(timezone=True)))
        job.add_column(sa.Column("lease_until", sa.DateTime(timezone=True)))
        job.add_column(sa.Column("stopping", sa.Boolean))
    op.execute("UPDATE job SET priority = CASE kind WHEN 'experiment' THEN 'batch' ELSE 'interactive' END")
    op.execute("UPDATE job SET due_at = created_at")
    op.execute("UPDATE job SET owner = NULL WHERE state <> 'running'")
    job_table = sa.table("job", sa.column("stopping", sa.Boolean))
    op.execute(sa.update(job_table).values(stopping=False))
    with op.batch_alter_table("job") as job:
        job.alter_column("priority", existing_type=sa.String(20), nullable=False)
        job.alter_column("due_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        job.alter_column("stopping", existing_type=sa.Boolean, nullable=False)
        job.drop_index("ix_job_state")
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"])

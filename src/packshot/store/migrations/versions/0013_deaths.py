"""How often the process that was at a job died: what takes its process with it each time is not tried for ever.

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

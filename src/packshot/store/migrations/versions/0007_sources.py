"""What source photos said of themselves: their AI label, and their file where it has a C2PA manifest.

Revision 0007, after 0006. Sources that came in earlier have no row: nobody looked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "source",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ai", sa.Text),
        sa.Column("c2pa", sa.Boolean, nullable=False),
        sa.Column("original", sa.String(64)),
        sa.PrimaryKeyConstraint("digest", name="pk_source"),
        sa.ForeignKeyConstraint(["digest"], ["picture.digest"], name="fk_source_digest"),
    )

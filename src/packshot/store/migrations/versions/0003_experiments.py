"""Cells know their arm and block, ratings whether they were blind, evidence several regions.

Revision 0003, after 0002. A cell from before is its own arm. One region becomes a list of one.
"""

import sqlalchemy as sa
from alembic import op

from packshot.store.migrations.rules import is_postgres

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cell", sa.Column("arm", sa.String(100), nullable=False, server_default=""))
    op.add_column("cell", sa.Column("seed", sa.BigInteger))
    op.add_column("cell", sa.Column("product", sa.String(100)))
    op.add_column("cell", sa.Column("against", sa.String(100)))
    op.execute("UPDATE cell SET arm = name")
    op.add_column("rating", sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("evidence", sa.Column("regions", sa.JSON, nullable=False, server_default="[]"))
    if not is_postgres(op):  # there are no rows of that age there, and its JSON is no text
        op.execute("UPDATE evidence SET regions = '[' || region || ']' WHERE region IS NOT NULL AND region != 'null'")
    op.drop_column("evidence", "region")

"""Catalogues: what came of each product of a table.

Revision 0010, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "product_row",
        sa.Column("catalogue", sa.String(100), nullable=False),
        sa.Column("sku", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("run_id", sa.String(26)),
        sa.Column("row", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "sku", name="pk_product_row"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_product_row_run_id"),
    )
    op.create_index("ix_product_row_catalogue_position", "product_row", ["catalogue", "position"])
    op.create_index("ix_product_row_run_id", "product_row", ["run_id"])

"""Runs the revisions on the connection, and inside the transaction, that `packshot.store.schema` hands over."""

from alembic import context

from packshot.store.migrations.rules import compare_by_bytes
from packshot.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
if connection.dialect.name == "postgresql":
    compare_by_bytes(connection)

"""Runs the revisions on the connection, and inside the transaction, that `packshot.store.schema` hands over."""

from alembic import context

from packshot.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()

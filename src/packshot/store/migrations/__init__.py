"""Alembic's environment and the revisions. Run by `packshot.store.schema`, never from a command line."""

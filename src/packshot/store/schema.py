"""Which revision a database has, and how it comes to head. Imports Alembic only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from packshot.errors import WorkspaceError
from packshot.store.alone import alone
from packshot.store.transactions import Transactions

HEAD = "0013"
"""The newest revision in `migrations/versions`; a test proves it."""

MIGRATIONS = Path(__file__).with_name("migrations")


def bring_to_head(database: Transactions) -> None:
    """Migrates a new or older database, in one transaction.

    Raises WorkspaceError on a newer one and on a file that is some other program's database.
    """
    with database.read() as connection:
        if revision(connection) == HEAD:
            return
    with database.write() as connection:
        alone(connection, "schema")
        found = revision(connection)
        if found == HEAD:
            return
        if found is None and inspect(connection).get_table_names():
            raise WorkspaceError(
                "workspace.unusable",
                f"not a database of Packshot: {database.place}",
                hint="choose another folder with --workspace",
            )
        _upgrade(connection, found, database.place)


def revision(connection: Connection) -> str | None:
    """The database's revision; None for an empty one. Raises nothing on a table that is not there."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, found: str | None, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise WorkspaceError(
            "workspace.newer",
            f"the workspace was written by a newer version of Packshot: {place}",
            expected=f"revision {HEAD} or older",
            got=f"revision {found}",
            hint="upgrade Packshot, or choose another folder with --workspace",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

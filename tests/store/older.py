"""Workspaces as older revisions made them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from packshot.store.schema import MIGRATIONS

TABLES = ("picture", "run", "experiment", "cell", "rating", "evidence")


def older(workspace: Path, filled: Path, revision: str) -> None:
    """A workspace as an older revision made it, with the rows and pictures of another."""
    workspace.mkdir()
    (filled / "pictures").rename(workspace / "pictures")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{workspace / 'packshot.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(workspace / "packshot.db", isolation_level=None)) as database:
        database.execute("ATTACH ? AS filled", (str(filled / "packshot.db"),))
        for table in TABLES:
            known = [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]
            there = {row[1] for row in database.execute(f"PRAGMA filled.table_info({table})")}
            names = ", ".join(f'"{name}"' for name in known if name in there)
            database.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM filled.{table}")

"""The way in: which database, which place for pictures. Knows no SQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from packshot.store.database import BUSY_TIMEOUT_S, Database
from packshot.store.failures import FULL_ERRNOS, of_os, unusable
from packshot.store.kept import Originals, PictureStore
from packshot.store.originals import FileOriginals
from packshot.store.pictures import FilePictureStore
from packshot.store.sql_store import SqlStore
from packshot.store.transactions import Transactions

DATABASE_NAME = "packshot.db"
PICTURES_NAME = "pictures"
ORIGINALS_NAME = "originals"
CACHE_NAME = "cache"
CACHE_BYTES = 2_000_000_000


def open_store(
    workspace: Path,
    *,
    now: Callable[[], datetime],
    random_bytes: Callable[[int], bytes] = os.urandom,
    owner: str,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    database: str | None = None,
    pictures: str | None = None,
    cache: Path | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> SqlStore:
    """Opens the workspace, and makes it where it is missing. `now` gives UTC; `owner` is `process_owner()`.

    `database` is the address of a PostgreSQL database in place of SQLite in the workspace, `pictures` one in S3 in
    place of a folder there; of those pictures, copies of at most `cache_bytes` are kept in `cache`.

    Raises WorkspaceError (`workspace.newer`, `workspace.unusable`), StoreError (`store.locked` after `busy_timeout_s`
    seconds, `store.full`, `store.unreachable`), or UsageError (an address that is none, a package that is missing).
    """
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        if pictures is None:
            (workspace / PICTURES_NAME).mkdir(exist_ok=True)
    except OSError as error:
        raise (of_os(error, workspace) if error.errno in FULL_ERRNOS else unusable(workspace, str(error))) from error
    if not os.access(workspace, os.W_OK | os.X_OK):
        raise unusable(workspace, "a folder without write permission")
    kept: PictureStore
    originals: Originals
    if pictures is None:
        folder = FilePictureStore(workspace / PICTURES_NAME, random_bytes=random_bytes)
        kept, originals = folder, FileOriginals(workspace / ORIGINALS_NAME)
    else:
        kept, originals = _in_s3(pictures, cache or workspace / CACHE_NAME, cache_bytes)
    rows = _rows(workspace, database, busy_timeout_s)
    if pictures is None:
        folder.sweep(now())
    return SqlStore(rows, kept, originals, now=now, random_bytes=random_bytes, owner=owner)


def _rows(workspace: Path, address: str | None, busy_timeout_s: float) -> Transactions:
    if address is None:
        return Database(workspace / DATABASE_NAME, busy_timeout_s=busy_timeout_s)
    from packshot.store.postgres import PostgresDatabase

    return PostgresDatabase(address, busy_timeout_s=busy_timeout_s)


def _in_s3(address: str, cache: Path, cache_bytes: int) -> tuple[PictureStore, Originals]:
    from packshot.store.picture_cache import PictureCache
    from packshot.store.s3 import S3Folder
    from packshot.store.s3_pictures import S3Originals, S3PictureStore

    folder = S3Folder(address)
    return S3PictureStore(folder, PictureCache(cache / PICTURES_NAME, cache_bytes)), S3Originals(folder)

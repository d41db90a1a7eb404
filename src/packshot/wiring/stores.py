"""Which store a workspace has: made where its settings say, and moved between two of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from packshot.errors import UsageError, WorkspaceError
from packshot.result import AccessToken
from packshot.settings import Settings, read_settings
from packshot.store import DATABASE_NAME, SqlStore, open_store, process_owner


def now_utc() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def open_store_of(settings: Settings) -> SqlStore:
    """The store that the settings name. Raises UsageError (an extra that is missing), WorkspaceError or StoreError."""
    return open_store(
        settings.workspace,
        now=now_utc,
        random_bytes=os.urandom,
        owner=process_owner(),
        database=settings.database,
        pictures=settings.pictures,
        cache=settings.cache,
        cache_bytes=settings.picture_cache_mb * 1_000_000,
    )


def moved_settings(
    settings: Settings, *, workspace: Path | None, database: str | None, pictures: str | None
) -> Settings:
    """Settings of the place that a workspace is moved to; what is not named stays where it is, or goes into the folder.

    Raises UsageError where nothing is named, or an address is none.
    """
    if workspace is None and database is None and pictures is None:
        raise UsageError(
            "settings.invalid",
            "no place to move to",
            expected="--to-database, --to-pictures or --to-workspace",
            hint="packshot migrate --help",
        )
    named = read_settings({}, workspace=workspace or settings.workspace, database=database, pictures=pictures)
    stays = workspace is None
    return replace(
        settings,
        workspace=named.workspace,
        database=database or (settings.database if stays else None),
        pictures=pictures or (settings.pictures if stays else None),
    )


@contextmanager
def open_both(settings: Settings, target: Settings) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Two stores, closed at the end: that of a workspace, which must be there, and that of the place it is moved to.

    Raises UsageError, WorkspaceError or StoreError.
    """
    check_there(settings)
    with open_store_of(settings) as here, open_store_of(target) as there:
        yield here, there


def stored_tokens(settings: Settings) -> tuple[AccessToken, ...]:
    """The tokens of a workspace that is there; none of one that is not. Raises WorkspaceError and StoreError."""
    if settings.database is None and not (settings.workspace / DATABASE_NAME).is_file():
        return ()
    with open_store_of(settings) as store:
        return tuple(store.tokens())


def check_there(settings: Settings) -> None:
    """Raises WorkspaceError where no workspace is. A database elsewhere is asked by whoever opens it."""
    if settings.database is None and not settings.workspace.is_dir():
        raise WorkspaceError(
            "workspace.unusable",
            f"no workspace at {settings.workspace}",
            expected="a folder in which something was made",
            hint="name it by --workspace, or make something: packshot experiment run lab",
        )

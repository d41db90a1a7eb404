"""Foreign errors become ours: one place that reads SQLite's result codes and the operating system's error numbers."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from packshot.errors import PackshotError, StoreError, WorkspaceError

FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})

LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


@contextmanager
def mapped(place: Path | str) -> Iterator[None]:
    """Raises StoreError or WorkspaceError, with `place` in its words, for errors of SQLite and of files."""
    try:
        yield
    except PackshotError:
        raise
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise (of_sqlite(cause, place) if isinstance(cause, sqlite3.Error) else _failed(cause, place)) from error
    except sqlite3.Error as error:
        raise of_sqlite(error, place) from error
    except OSError as error:
        raise of_os(error, place) from error


def of_sqlite(error: sqlite3.Error, place: Path | str) -> PackshotError:
    """Our error for SQLite's, by its primary result code (sqlite.org/rescode.html: the lowest eight bits)."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in LOCKED:
        return StoreError(
            "store.locked",
            f"the database stays locked by another process: {place}",
            hint="wait for the other process or stop it, then try again",
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(place)
    if code in UNUSABLE:
        return WorkspaceError(
            "workspace.unusable",
            f"the database cannot be used: {place}",
            got=str(error),
            hint="check its permissions, restore it from a backup, or choose another folder with --workspace",
        )
    return _failed(error, place)


def of_os(error: OSError, place: Path | str) -> PackshotError:
    """Our error for the operating system's."""
    return _full(place) if error.errno in FULL_ERRNOS else _failed(error, place)


def unusable(place: Path, why: str) -> WorkspaceError:
    """The workspace cannot be opened at all."""
    return WorkspaceError(
        "workspace.unusable",
        f"the workspace cannot be opened: {place}",
        expected="a folder that this user can write",
        got=why,
        hint="choose another with --workspace or PACKSHOT_WORKSPACE",
    )


def _full(place: Path | str) -> StoreError:
    return StoreError(
        "store.full",
        f"the disk is full: {place}",
        hint="free some space and try again; everything finished so far is kept",
    )


def _failed(error: Exception, place: Path | str) -> StoreError:
    return StoreError("store.failed", f"the store could not be read or written: {place}", got=str(error))

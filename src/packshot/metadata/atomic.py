"""Files that are there whole or not at all. Knows nothing about what is in them."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

import psutil

from packshot.errors import OutputError, PackshotError, StoreError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_atomically(path: Path, content: bytes, *, keep_existing: bool = False) -> None:
    """Write to a temporary name in the same folder, sync, rename. The folder is made where it is missing.

    With `keep_existing`, a file that appeared at `path` meanwhile is left alone and FileExistsError is raised.
    Raises OutputError output.unwritable and StoreError store.full; either way nothing is left behind.
    """
    temporary = path.with_name(f".{path.name[:80]}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _put(temporary, path, keep_existing)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        if keep_existing and isinstance(error, FileExistsError) and path.is_file():
            raise
        raise write_error(error, path) from error


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a file that is whole and synced its name, in the same folder and over nothing.

    What is there already, a link too, is left alone: FileExistsError, and `temporary` stays. Raises OutputError
    output.unwritable and StoreError store.full.
    """
    try:
        _put(temporary, path, True)
        temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise write_error(error, path) from error


def write_error(error: OSError, path: Path) -> PackshotError:
    """The operating system's word for a failed write, in ours."""
    if error.errno in _FULL:
        return StoreError(
            "store.full",
            f"no space left to write {path}",
            got=error.strerror,
            hint="free some space and call again: what is finished is kept",
        )
    return OutputError(
        "output.unwritable",
        f"{path} cannot be written",
        expected="a folder that may be written to",
        got=error.strerror or str(error),
        hint="choose another folder, or change its permissions",
    )


def _put(temporary: Path, path: Path, keep_existing: bool) -> None:
    if keep_existing:
        try:
            os.link(temporary, path)
            return
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links: a rename is the next best
            if path.exists() or path.is_symlink():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems cannot; the file itself is synced
        pass
    finally:
        os.close(handle)


def sweep_temporaries(folder: Path) -> int:
    """Remove what killed processes of this machine left half-written in a folder; returns how many files.

    Only names that `write_atomically` gives, and only where the process in the name is gone.
    """
    swept = 0
    for path in folder.glob(".*.tmp"):
        parts = path.name.split(".")
        if len(parts) >= 4 and parts[-3].isdigit() and not psutil.pid_exists(int(parts[-3])):
            path.unlink(missing_ok=True)
            swept += 1
    return swept

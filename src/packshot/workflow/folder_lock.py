"""One process at a time works in a folder. Leaves nothing in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Wait until no other process or thread is in here with the same folder.

    Gives whether that is sure: Windows and some network file systems have no locks on folders, and then nobody waits.
    The operating system takes the lock from a killed process.
    """
    if os.name != "posix":
        yield False
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            sure = True
        except OSError:
            sure = False
        yield sure
    finally:
        os.close(handle)

"""Who holds a lease: a process, named so that another process of the same host can see whether it still lives."""

from __future__ import annotations

import os
import socket

import psutil

START_TOLERANCE_S = 1.5
"""psutil derives the start from the boot time, which the kernel reports in whole seconds and clock changes move."""


def process_owner() -> str:
    """`host:pid:start` of this process, the start in seconds since 1970."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def worker_owner(worker: str, owner: str) -> str:
    """`worker@host:pid:start`: one of several workers of a process, who do not take each other's claims."""
    return f"{worker}@{owner}"


def owner_is_dead(owner: str) -> bool:
    """Whether the owner is a process of this host that no longer runs. Owners elsewhere or of other form: False."""
    try:
        host, pid, start = owner.rsplit(":", 2)
        return host.rpartition("@")[2] == socket.gethostname() and not _runs(int(pid), float(start))
    except ValueError:
        return False


def _runs(pid: int, start: float) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(float(process.create_time()) - start) <= START_TOLERANCE_S
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True

"""CPU that processes took, by part: those of a server with all its children, living and dead."""

from __future__ import annotations

from collections.abc import Mapping

import psutil


def cpu_s(pids: Mapping[str, list[int]]) -> dict[str, float]:
    """Seconds of CPU since they began, by part."""
    return {part: sum(map(_of, ids)) for part, ids in pids.items()}


def _of(pid: int) -> float:
    process = psutil.Process(pid)
    times = process.cpu_times()
    spent = times.user + times.system + times.children_user + times.children_system
    for child in process.children(recursive=True):
        try:
            living = child.cpu_times()
        except psutil.NoSuchProcess:  # then its parent has it
            continue
        spent += living.user + living.system
    return float(spent)

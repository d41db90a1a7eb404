"""How much memory this process may still take: what the system has free, or the container, where that is less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

CONTROL_GROUPS: Final = Path("/sys/fs/cgroup")
MEMBERSHIP: Final = Path("/proc/self/cgroup")


def free_memory_bytes(groups: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> int:
    """Memory that is available, caches of files included, and free swap.

    A limit of control groups (version 2: containers, batch systems, systemd) counts at every level above the process.
    """
    import psutil

    memory, swap = int(psutil.virtual_memory().available), int(psutil.swap_memory().free)
    for folder in _groups_of(groups, membership):
        limit, used = _number(folder / "memory.max"), _number(folder / "memory.current")
        if limit is not None and used is not None:
            memory = min(memory, max(limit - used + _cached(folder), 0))
        limit, used = _number(folder / "memory.swap.max"), _number(folder / "memory.swap.current")
        if limit is not None and used is not None:
            swap = min(swap, max(limit - used, 0))
    return memory + swap


def _groups_of(groups: Path, membership: Path) -> Iterator[Path]:
    """The process's own group and those around it, up to the root that is visible here."""
    try:
        lines = membership.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    own = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), None)
    if own is None:
        return
    folder = groups / own.strip("/")
    while folder != groups and groups in folder.parents:
        yield folder
        folder = folder.parent
    yield groups


def _number(path: Path) -> int | None:
    """None for `max` (no limit), and where the file is not there."""
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _cached(group: Path) -> int:
    """Bytes of files that the group's memory holds and the system takes back when it needs them."""
    try:
        fields = dict(
            line.split(maxsplit=1) for line in (group / "memory.stat").read_text(encoding="utf-8").splitlines()
        )
        return int(fields.get("active_file", 0)) + int(fields.get("inactive_file", 0))
    except (OSError, ValueError):
        return 0

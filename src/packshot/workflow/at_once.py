"""How many photos are at work at once where no model is asked."""

from __future__ import annotations

import os


def photos_at_once(threads: int) -> int:
    """A core to each, within `threads`, and one more, since every photo waits for the disk several times.

    One thread is one photo: who asks for that wants the other cores left alone.
    """
    cores = max(1, min(threads, os.cpu_count() or 1))
    return cores + 1 if cores > 1 else 1

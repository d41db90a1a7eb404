"""A benchmark at several lengths, each in a process of its own, so that none finds what another left in memory."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024


def at_each_length(run: Callable[[Path, int], None], lengths: Sequence[int]) -> None:
    """Call `run` with an empty folder and a length: those of the command line, else `lengths`."""
    for length in map(int, sys.argv[1:]) if sys.argv[1:] else lengths:
        with tempfile.TemporaryDirectory() as folder:
            process = multiprocessing.get_context("spawn").Process(target=run, args=(Path(folder), length))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{length}: its process ended with {process.exitcode}")


def memory_mib() -> float:
    """What this process holds now."""
    return float(psutil.Process().memory_info().rss / MEBIBYTE)

"""Peak memory of a way of working: a process of its own does it once and tells what it took at most."""

from __future__ import annotations

import subprocess
import sys

from packshot.engine import machine


def peak_of_child(arguments: list[str]) -> float | None:
    """GB that `python -m benchmarks.engine --once …` took at most, None where it failed."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine", *arguments], capture_output=True, text=True, check=False
    )
    try:
        return float(child.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        print(child.stderr[-2000:], file=sys.stderr)
        return None


def peak_gb() -> float:
    """Of this process until now; NaN where the system does not tell."""
    peak = machine.peak_memory_bytes("cpu")
    return float("nan") if peak is None else peak / 1e9

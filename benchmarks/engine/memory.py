"""Peak memory of a way of working: a process of its own does it once and tells what it took at most."""

from __future__ import annotations

import resource
import subprocess
import sys


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
    """Of this process until now."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e9

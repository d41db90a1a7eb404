"""Every case by a few processes, with the time left. Stopped and started again, it goes on where it was."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from benchmarks.evidence.case import Sort
from benchmarks.evidence.found import Found, found
from benchmarks.evidence.sorts import SORTS

Findings = dict[str, list[Found]]
"""By the sort's name, in the order of the seeds."""
Job = tuple[str, int, int, str]
"""Name of the sort, first and last number, folder."""

AT_ONCE = 10


def walk(folder: Path, sorts: list[Sort], processes: int) -> Findings:
    """Findings about all cases of the sorts."""
    jobs: list[Job] = [
        (sort.name, first, min(first + AT_ONCE, sort.count), str(folder))
        for sort in sorts
        for first in range(0, sort.count, AT_ONCE)
    ]
    findings: Findings = defaultdict(list)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, (name, some) in enumerate(pool.imap(_some, jobs), 1):
            findings[name].extend(some)
            _tell(name, done, len(jobs), time.monotonic() - began)
    print(file=sys.stderr)
    return dict(findings)


def fewer(sorts: list[Sort], count: int | None) -> list[Sort]:
    """The sorts with at most `count` cases each."""
    return [replace(sort, count=min(sort.count, count)) if count else sort for sort in sorts]


def _some(job: Job) -> tuple[str, list[Found]]:
    name, first, end, folder = job
    sort = next(sort for sort in SORTS if sort.name == name)
    return name, [found(Path(folder), sort, number) for number in range(first, end)]


def _tell(name: str, done: int, jobs: int, seconds: float) -> None:
    left = seconds / done * (jobs - done)
    end = "" if sys.stderr.isatty() else "\n"
    if sys.stderr.isatty() or done % 20 == 0:
        print(f"\r{done} of {jobs}, {name}, {left / 60:.0f} minutes left   ", end=end, file=sys.stderr, flush=True)

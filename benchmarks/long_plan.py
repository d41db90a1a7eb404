"""How a plan of many runs starts, goes on and lists, and whether its memory grows: `python -m benchmarks.long_plan`.

The fake engine makes the pictures, so that everything measured is Packshot's own. Each length runs in a process of its
own; the report, which is written once at the end, is left out, and so is the search for text in pictures, which takes
longer than all else together. Prints; asserts nothing.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from benchmarks.lengths import at_each_length, memory_mib
from packshot import wiring
from packshot.experiment import Plan, read_plan
from packshot.settings import Settings
from packshot.workflow import Progress, run_experiment

ARMS = 20
LENGTHS = (2_000, 10_000)

PLAN = """schema: packshot.plan/1
name: long
title: A long plan
question: Does it matter how long a plan is?
baseline: {{name: baseline, prompt: product photo of a red mug on a white background, steps: 20, width: 64, height: 64}}
vary: {{steps: {steps}}}
seeds: {seeds}
"""


class Enough(Exception):
    """Stops before the report."""


class Watch:
    """Notes when the first picture came, and how much memory the process had at 500 cells and at the end."""

    def __init__(self, total: int) -> None:
        self.begun = time.perf_counter()
        self.first_s: float | None = None
        self.memory: dict[int, float] = {}
        self._total = total

    def __call__(self, progress: Progress) -> None:
        """One thing happened."""
        if self.first_s is None and progress.state == "done":
            self.first_s = time.perf_counter() - self.begun
        if progress.done in (500, self._total) and progress.done not in self.memory:
            self.memory[progress.done] = memory_mib()
        if progress.done == self._total:
            raise Enough


def plan_of(length: int) -> Plan:
    """A plan with so many cells."""
    return read_plan(PLAN.format(steps=list(range(1, ARMS)), seeds=length // ARMS), "long.yaml")


def run(folder: Path, length: int) -> None:
    """Runs the plan twice, and lists it."""
    settings = Settings(
        workspace=folder / "ws", device="cpu", threads=1, offline=True, output=folder / "out", read_text=False
    )
    plan = plan_of(length)
    with wiring.open_workbench(settings, engine="fake") as bench:
        for called in ("first call", "again"):
            watch, cpu = Watch(length), time.process_time()
            with contextlib.suppress(Enough):
                run_experiment(bench, plan, on_progress=watch)
            took, cpu = time.perf_counter() - watch.begun, time.process_time() - cpu
            first = f"first picture after {watch.first_s:.2f} s, " if watch.first_s is not None else ""
            memory = ", ".join(f"{mib:.0f} MiB at {done}" for done, mib in watch.memory.items())
            print(f"{length:>6} cells, {called}: {first}{took:.1f} s in all, {cpu:.1f} s of CPU; {memory}", flush=True)
        for what, look in (
            ("list", lambda: bench.store.summaries()),
            ("show, first page", lambda: bench.store.cells("long", limit=100)),
            ("show, last page", lambda: bench.store.cells("long", limit=100, offset=length - 100)),
        ):
            before = time.perf_counter()
            look()
            print(f"{length:>6} cells, {what}: {time.perf_counter() - before:.3f} s", flush=True)


if __name__ == "__main__":
    at_each_length(run, LENGTHS)

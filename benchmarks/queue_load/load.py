"""One rate, offered for so many seconds to workers in processes of their own: what came through, and what it took."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from benchmarks.queue_load.offering import Asking, Offered, offer, work
from benchmarks.queue_load.place import Place, bench_of
from benchmarks.queue_load.simulation import BEHIND_S
from benchmarks.queue_load.watching import cpu_s
from packshot.result import JobState
from packshot.workflow import Workbench

LOOK_EVERY_S: Final = 1.0
MANY: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Carried:
    """Rates are a second, over the time in which requests were offered; `latencies_s` from due to done, sorted.

    `cpu` is each part's, in cores. `queued` is how many jobs waited, second by second. `done` counts the jobs
    of that time.
    """

    offered: float
    seconds: float
    accepted: float
    refused: float
    late: float
    done: int
    latencies_s: tuple[float, ...]
    queued: tuple[int, ...]
    cpu: Mapping[str, float]

    @property
    def done_rate(self) -> float:
        """Jobs done a second."""
        return self.done / self.seconds

    @property
    def is_behind(self) -> bool:
        """Whether more is left than was asked for in the last seconds: it is as full as it gets."""
        return self.done < self.offered * (self.seconds - BEHIND_S)

    def latency_s(self, share: float) -> float:
        """Of those that were done; a queue that grows has no steady one."""
        return float(np.quantile(self.latencies_s, share)) if self.latencies_s else float("nan")

    def cpu_ms(self, part: str) -> float:
        """Milliseconds of a part's CPU for each job that it handled: accepted where it was asked for, else done."""
        count = self.accepted if part == "submitting" else self.done_rate
        return 1000 * self.cpu[part] / count if count else float("nan")


def carry(place: Place, asked: Asking, workers: int) -> Carried:
    """Starts the processes, offers for `asked.seconds`, and ends them; what still waits then is not waited for."""
    context = multiprocessing.get_context("spawn")
    ready, over = context.Barrier(workers + asked.processes + 1), context.Event()
    told: Any = context.Queue()
    working = [context.Process(target=work, args=(place, number, ready, over)) for number in range(workers)]
    asking = [
        context.Process(target=offer, args=(place, replace(asked, number=number), ready, over, told))
        for number in range(asked.processes)
    ]
    with bench_of(place, "watches") as bench:
        for process in (*working, *asking):
            process.start()
        pids = {"working": [process.pid or 0 for process in working]}
        pids |= {part: [pid] for part, pid in place.pids.items()}
        try:
            ready.wait(600)
            begun, before = time.time(), cpu_s(pids)
            queued = _watch(bench, begun + asked.seconds)
            seconds, after = time.time() - begun, cpu_s(pids)
            offered: list[Offered] = [told.get(timeout=120) for _ in asking]
        finally:
            over.set()
            for process in (*working, *asking):
                process.join(120)
                process.kill()
        cpu = {part: (after[part] - before[part]) / seconds for part in pids}
        cpu["submitting"] = sum(each.cpu_s for each in offered) / seconds
        latencies = _latencies(bench, offered, begun + seconds)
    return Carried(
        offered=asked.rate,
        seconds=seconds,
        accepted=sum(len(each.due_at) for each in offered) / seconds,
        refused=sum(each.refused for each in offered) / seconds,
        late=sum(each.late for each in offered) / seconds,
        done=len(latencies),
        latencies_s=tuple(latencies),
        queued=tuple(queued),
        cpu=cpu,
    )


def _watch(bench: Workbench, until: float) -> list[int]:
    queued = []
    while time.time() < until:
        time.sleep(max(0.0, min(LOOK_EVERY_S, until - time.time())))
        queued.append(bench.store.count_jobs((JobState.QUEUED,), most=MANY))
    return queued


def _latencies(bench: Workbench, offered: Sequence[Offered], until: float) -> list[float]:
    """Of what was done by then."""
    due_at = {job_id: due for each in offered for job_id, due in each.due_at.items()}
    found = []
    for job in bench.store.jobs(states=(JobState.DONE,), limit=MANY):
        if job.finished_at is not None and job.id in due_at and job.finished_at.timestamp() <= until:
            found.append(job.finished_at.timestamp() - due_at[job.id])
    return sorted(found)


def lines(found: Sequence[Carried], parts: Sequence[str]) -> list[str]:
    """Markdown: a line for each rate."""
    columns = [
        "offered", "accepted", "refused", "not asked in time", "done", "p50 s", "p95 s", "waiting at the end",
        *(f"cores {part}" for part in parts),
    ]  # fmt: skip
    table = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    for each in found:
        numbers = [each.accepted, each.refused, each.late, each.done_rate, each.latency_s(0.5), each.latency_s(0.95)]
        shown = [f"{each.offered:g}", *(f"{number:.1f}" for number in numbers)]
        shown.append(f"{each.queued[-1] if each.queued else 0:,}")
        table.append(f"| {' | '.join([*shown, *(f'{each.cpu[part]:.2f}' for part in parts)])} |")
    return table

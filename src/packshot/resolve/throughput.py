"""How many slots make a sweep fastest: its denoiser calls, counted, times what a call costs. Imports no torch.

A call costs an overhead and something for each row, padding too: runs of different lengths leave slots empty at the
end, and on a CPU, where a row costs nearly as much among sixteen as among two, that can cost more than sharing saves.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Final

from packshot.resolve.bench_file import read_bench
from packshot.resolve.order import Order
from packshot.settings import Settings

OVERHEAD_ROWS: Final = {"cpu": 0.4, "cuda": 4.0, "mps": 1.0}
"""What a call costs beside its rows, in rows, where nothing was measured. On a CPU: studio-tiny in bfloat16, 22 ms at
2 rows and 77 ms at 8 (docs/log.md). A GPU is hardly busy with two rows of a latent picture: an estimate."""


WORTHWHILE: Final = 1.1

SECOND_ORDER: Final = frozenset(
    {
        "HeunDiscreteScheduler",
        "KDPM2DiscreteScheduler",
        "KDPM2AncestralDiscreteScheduler",
        "DPMSolverSDEScheduler",
    }
)


def overhead_rows(order: Order, settings: Settings) -> float:
    """The overhead of a call in rows: as `packshot doctor --bench` measured it here, else as known of such devices."""
    execution = order.resolved.execution
    bench = read_bench(settings, order.model.pin.digest) if execution.device == "cpu" else None
    for entry in bench.measurements if bench is not None else ():
        if (entry.runtime, entry.precision) == (execution.runtime, execution.precision) and len(entry.call_s) > 1:
            few, many = min(entry.call_s), max(entry.call_s)
            row_s = max(entry.call_s[many] - entry.call_s[few], 1e-9) / (many - few)
            return max(entry.call_s[few] / row_s - few, 0.0)
    return OVERHEAD_ROWS[execution.device.partition(":")[0]]


def denoiser_calls(order: Order) -> int:
    """How often a run asks the denoiser: schedulers of second order twice a step, but for the last."""
    intent = order.resolved.intent
    twice = intent.scheduler.class_name in SECOND_ORDER
    return 2 * intent.steps_taken - 1 if twice else intent.steps_taken


def fastest_slots(calls: list[int], each: int, overhead: float, choices: Iterable[int]) -> int:
    """The choice that takes the least time for runs of so many `calls`, `each` rows a slot; of equal ones the fewest.

    Longest runs first, as a sweep hands them in.
    """
    return min(choices, key=lambda slots: (shared_calls(calls, slots) * (overhead + slots * each), slots))


def worthwhile_slots(each: int, overhead: float, choices: Iterable[int]) -> int:
    """The fewest slots that cost a picture at most a tenth more than the best of the choices, where all are full.

    For pictures that come one by one: more slots save little then, are seldom full, and all wait for the last.
    """
    cost = {slots: (overhead + slots * each) / slots for slots in choices}
    return min(slots for slots in cost if cost[slots] <= WORTHWHILE * min(cost.values()))


def shared_calls(calls: list[int], slots: int) -> int:
    """Denoiser calls until all runs are through: a slot that becomes free takes the longest run that waits."""
    busy_until = [0] * slots
    for count in sorted(calls, reverse=True):
        heapq.heapreplace(busy_until, busy_until[0] + count)
    return max(busy_until)

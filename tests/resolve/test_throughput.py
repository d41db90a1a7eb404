"""The slots of a sweep: counted calls times what a call costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.models import Catalogue, weights_bytes
from packshot.resolve import Order, denoiser_calls, keep_bench, overhead_rows, resolve, rows_with_room, share
from packshot.resolve.throughput import fastest_slots, shared_calls
from packshot.result import Bench, RuntimeMeasurement
from packshot.settings import SLOTS, Settings
from packshot.spec import Spec

LAB = [25, 30, 15, 50, 30, 30, 30, 10, 18, 25]


@pytest.fixture
def ask(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any) -> Callable[..., Order]:
    def resolved(**fields: Any) -> Order:
        return resolve(Spec(prompt="a red mug", model=str(tiny_sd), **fields), catalogue, settings, library)

    return resolved


def test_the_lab_on_a_cpu_and_on_a_gpu() -> None:
    """Eight slots of the lab's runs are half empty: on a CPU that costs more than sharing saves."""
    assert [shared_calls(LAB, slots) for slots in (1, 2, 4, 8)] == [263, 133, 70, 50]
    assert fastest_slots(LAB, 2, 0.4, (1, 2, 4, 8)) == 2
    assert fastest_slots(LAB, 2, 30.0, (1, 2, 4, 8)) == 8
    assert fastest_slots([30] * 3, 2, 0.0, (1, 2, 4)) == 1, "nothing is saved"


@given(calls=st.lists(st.integers(1, 50), min_size=1, max_size=30), slots=st.sampled_from(SLOTS))
def test_no_slot_idles_while_runs_wait(calls: list[int], slots: int) -> None:
    most = shared_calls(calls, slots)
    assert max(calls) <= most <= sum(calls)
    assert most >= math.ceil(sum(calls) / slots)
    assert most <= sum(calls) / slots + max(calls), "Graham's bound"
    assert shared_calls(calls, 1) == sum(calls)


@pytest.mark.parametrize("name", ["DDIM", "Heun", "DPM2", "DPM2 a", "DPM++ SDE"])
def test_calls_are_those_that_the_scheduler_makes(name: str, ask: Callable[..., Order]) -> None:
    import torch

    from packshot.engine.schedule import build_schedule

    order = ask(scheduler=name, steps=9)
    assert denoiser_calls(order) == len(build_schedule(order, torch.Generator()).timesteps)


def test_the_overhead_is_what_was_measured(ask: Callable[..., Order], settings: Settings) -> None:
    order = ask(runtime="torch", precision="float32")
    assert overhead_rows(order, settings) == 0.4, "nothing was measured"
    here = replace(settings, processor="a CPU", openvino=None)
    measured = RuntimeMeasurement(runtime="torch", precision="float32", call_s={2: 0.05, 8: 0.11})
    keep_bench(
        here,
        Bench(
            model="m",
            weights_digest=order.model.pin.digest,
            processor="a CPU",
            threads=here.threads,
            libraries={},
            measurements=(measured,),
        ),
    )
    assert overhead_rows(order, here) == pytest.approx(3.0)
    assert overhead_rows(order, replace(here, processor="another")) == 0.4


def test_a_sweep_takes_the_fastest(ask: Callable[..., Order]) -> None:
    orders = {str(number): ask(steps=steps, seed=number) for number, steps in enumerate(LAB)}
    for overhead, slots in ((0.4, 2), (1.0, 4), (30.0, 8), (math.inf, 8)):
        shared = share(orders, limit=8, overhead=lambda _order, rows=overhead: rows)
        assert {order.resolved.execution.slots for order in shared.values()} == {slots}
    asked = share(orders, limit=8, slots=8, overhead=lambda _order: 0.4)
    assert {order.resolved.execution.slots for order in asked.values()} == {8}


def test_no_more_rows_than_memory_holds(ask: Callable[..., Order], settings: Settings) -> None:
    orders = {str(seed): ask(seed=seed, runtime="torch", precision="float32") for seed in range(9)}
    order = orders["0"]
    weights = weights_bytes(order.model, "torch", "float32")
    assert math.isinf(rows_with_room(order, replace(settings, memory_bytes=None)))
    assert rows_with_room(order, replace(settings, memory_bytes=weights // 2)) == 1, (
        "whether that fits is said elsewhere"
    )
    intent, scale = order.resolved.intent, order.model.description.multiple_px
    one_row = 20 * 4 * 32 * (intent.height // scale) * (intent.width // scale)
    here = replace(settings, memory_bytes=weights + 9 * one_row)
    assert rows_with_room(order, here) == 9
    shared = share(orders, limit=8, room=lambda each: rows_with_room(each, here))
    assert {each.resolved.execution.slots for each in shared.values()} == {4}, "eight rows fit, sixteen do not"
    asked = share(orders, limit=8, slots=8, room=lambda each: rows_with_room(each, here))
    assert {each.resolved.execution.slots for each in asked.values()} == {8}

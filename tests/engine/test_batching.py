"""Neighbours in a batch: who fails, is cancelled, pauses or waits changes nobody else's pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from packshot.engine import (
    Advanced,
    Cancelled,
    Engine,
    Failed,
    FakeEngine,
    Finished,
    Lowered,
    Paused,
    Preview,
    Resumed,
    Started,
    local,
)
from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import Denoiser, TorchDenoiser
from packshot.engine.local import LocalEngine
from packshot.engine.preparation import Preparation
from packshot.engine.preview import GENERIC, preview
from packshot.models import Loader, Model, PreviewFactors
from packshot.resolve import Order
from tests.engine.driving import alone, digest_of, drain, finished, kinds

Make = Callable[..., Order]


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader()


@pytest.fixture
def three(order: Make) -> list[Order]:
    """Three runs for two slots."""
    return [order(seed=seed, steps=steps, slots=2) for seed, steps in ((1, 5), (2, 3), (3, 4))]


def test_a_run_whose_numbers_overflow_fails_alone(order: Make, three: list[Order], loader: Loader) -> None:
    expected = [alone(LocalEngine(loader), each) for each in three]
    resolved = order(seed=9, slots=2).resolved
    endless = resolved.model_copy(update={"intent": resolved.intent.model_copy(update={"guidance": 3e38})})
    engine = LocalEngine(loader)
    tickets = [engine.submit(each) for each in (three[0], Order(endless, three[0].model), *three[1:])]
    events = drain(engine)
    failed = [event for event in events if isinstance(event, Failed)]
    assert [(event.ticket, event.failure.code) for event in failed] == [(tickets[1], "picture.nan")]
    made = finished(events)
    assert [digest_of(made[ticket]) for ticket in (tickets[0], *tickets[2:])] == expected


@pytest.mark.parametrize("method", ["step", "scale_model_input"])
def test_a_scheduler_that_raises_in_the_middle_fails_alone(
    order: Make, three: list[Order], loader: Loader, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    import diffusers

    expected = [alone(LocalEngine(loader), each) for each in three]
    original = getattr(diffusers.DDIMScheduler, method)
    calls = 0

    def breaking(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ZeroDivisionError("in the middle")
        return original(*arguments, **named)

    monkeypatch.setattr(diffusers.DDIMScheduler, method, breaking)
    engine = LocalEngine(loader)
    bad = engine.submit(order(scheduler="DDIM", steps=5, slots=2))
    tickets = [engine.submit(each) for each in three]
    events = drain(engine)
    assert kinds(events, bad) == ["Started", "Advanced", "Advanced", "Failed"]
    made = finished(events)
    assert [digest_of(made[ticket]) for ticket in tickets] == expected


def test_cancelling_in_the_middle_leaves_the_neighbour(three: list[Order], loader: Loader) -> None:
    expected = [alone(LocalEngine(loader), each) for each in three]
    engine = LocalEngine(loader)
    first, second, third = (engine.submit(each) for each in three)
    events = [event for _ in range(4) for event in engine.step()]
    assert kinds(events, first) == kinds(events, second) == ["Started", "Advanced", "Advanced"]
    assert engine.cancel(first) == [Cancelled(first)]
    assert engine.step() == [Started(third, 4)], "the slot is free at once"
    made = finished(drain(engine))
    assert [digest_of(made[ticket]) for ticket in (second, third)] == expected[1:]


def test_a_paused_run_gives_its_slot_up_and_its_picture_stays_the_same(three: list[Order], loader: Loader) -> None:
    expected = [alone(LocalEngine(loader), each) for each in three]
    engine = LocalEngine(loader)
    first, second, third = (engine.submit(each) for each in three)
    for _ in range(4):
        engine.step()
    assert engine.pause(first) == [Paused(first)]
    assert engine.pause(first) == []
    assert engine.step() == [Started(third, 4)]
    engine.step()
    assert engine.resume(first) == [Resumed(first)]
    assert engine.resume(first) == []
    events = drain(engine)
    assert kinds(events, first) == ["Advanced", "Advanced", "Advanced", "Finished"]
    made = finished(events)
    assert [digest_of(made[ticket]) for ticket in (first, second, third)] == expected


def test_paused_after_the_last_step_or_before_the_first(three: list[Order], loader: Loader) -> None:
    expected = [alone(LocalEngine(loader), each) for each in three]
    engine = LocalEngine(loader)
    tickets = [engine.submit(each) for each in three]
    engine.pause(tickets[2])
    while not any(event == Advanced(tickets[1], 3, 3) for event in engine.step()):
        pass
    assert engine.pause(tickets[1]) == [Paused(tickets[1])]
    made = finished(drain(engine))
    assert set(made) == {tickets[0]}
    for ticket in tickets[1:]:
        engine.resume(ticket)
    made |= finished(drain(engine))
    assert [digest_of(made[ticket]) for ticket in tickets] == expected


@pytest.mark.parametrize("make", [lambda: LocalEngine(Loader()), FakeEngine], ids=["local", "fake"])
def test_only_paused_runs_leave_nothing_to_do(order: Make, make: Callable[[], Engine]) -> None:
    engine = make()
    ticket = engine.submit(order())
    engine.step()
    assert engine.pause(ticket) == [Paused(ticket)]
    assert not engine.busy
    assert engine.step() == []
    assert engine.resume(ticket) == [Resumed(ticket)]
    assert kinds(drain(engine), ticket)[-1] == "Finished"
    other = engine.submit(order(seed=2))
    engine.pause(other)
    assert engine.cancel(other) == [Cancelled(other)]
    assert engine.resume(other) == engine.pause(other) == engine.cancel(other) == []


@pytest.mark.parametrize("make", [lambda: LocalEngine(Loader()), FakeEngine], ids=["local", "fake"])
@pytest.mark.parametrize("scheduler", ["EulerA", "DPM++"])
def test_previews_come_when_asked_for(order: Make, make: Callable[[], Engine], scheduler: str) -> None:
    engine = make()
    plain = digest_of(next(iter(finished(drain_one(engine, order(steps=6, scheduler=scheduler), 0)).values())))
    events = drain_one(engine, order(steps=6, scheduler=scheduler), 2)
    shown = [event for event in events if isinstance(event, Preview)]
    assert [event.step for event in shown] == [2, 4]
    assert all(event.pixels.dtype == np.uint8 and event.pixels.shape[2] == 3 for event in shown)
    assert all(max(event.pixels.shape) < 64 for event in shown)
    assert digest_of(next(iter(finished(events).values()))) == plain, "looking changes nothing"


def drain_one(engine: Engine, order: Order, preview_every: int) -> list[Any]:
    engine.submit(order, preview_every=preview_every)
    return drain(engine)


def test_a_preview_is_a_linear_map() -> None:
    latents = torch.zeros(1, 4, 2, 3)
    latents[0, :, 0, 1] = torch.tensor([1.0, 0.0, 0.0, 0.0])
    pixels = preview(latents, PreviewFactors(((0.5, 1.0, -1.0), (0, 0, 0), (0, 0, 0), (0, 0, 0)), (0.1, 0.2, 0.3)))
    assert pixels is not None
    assert pixels.shape == (2, 3, 3)
    assert pixels[1, 2].tolist() == [26, 51, 76]
    assert pixels[0, 1].tolist() == [153, 255, 0]
    assert preview(torch.full((1, 4, 1, 1), float("nan")), GENERIC) is not None
    assert preview(torch.zeros(1, 16, 1, 1), None) is None


class Narrow:
    """A denoiser on a machine that holds `limit` rows."""

    limit = 4

    def __init__(self, inner: Denoiser) -> None:
        self._inner = inner

    @property
    def threads(self) -> int:
        return self._inner.threads

    def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> torch.Tensor:
        if latents.shape[0] > self.limit:
            raise MemoryError
        return self._inner.predict(latents, timesteps, conditioning)


def narrow(_model: Model, pipeline: Any, *_: Any) -> Denoiser:
    return Narrow(TorchDenoiser(pipeline.unet))


def test_too_little_memory_halves_the_slots_and_begins_again(order: Make, loader: Loader) -> None:
    orders = [order(seed=seed, slots=8) for seed in range(5)]
    engine = LocalEngine(loader, denoiser=narrow)
    tickets = [engine.submit(each) for each in orders]
    events = drain(engine)
    lowered = [event for event in events if isinstance(event, Lowered)]
    assert [event.resolved.execution.slots for event in lowered] == [4] * 5 + [2] * 5
    assert kinds(events, tickets[0]) == [
        "Started", "Lowered", "Started", "Lowered", "Started", "Advanced", "Advanced", "Advanced", "Finished",
    ]  # fmt: skip
    made = finished(events)
    assert {event.provenance.rows for event in made.values()} == {4}
    assert made[1].provenance.notes[-2:] == (
        "memory did not hold 8 slots: lowered to 4",
        "memory did not hold 4 slots: lowered to 2",
    )
    assert {event.resolved.hash for event in lowered} == {each.resolved.hash for each in orders}
    for ticket, each in zip(tickets, orders, strict=True):
        really = replace(each, resolved=[event for event in lowered if event.ticket == ticket][-1].resolved)
        assert alone(LocalEngine(loader), really) == digest_of(made[ticket])


@pytest.mark.parametrize("part", ["finish", "begin"])
def test_too_little_memory_in_a_runs_own_part_lowers_it_alone(
    order: Make, loader: Loader, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Encoding or decoding beside a large batch."""
    orders = [order(seed=seed, slots=2) for seed in range(2)]
    owner: Any = local if part == "finish" else Preparation
    original, calls = getattr(owner, part), 0

    def short(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise MemoryError
        return original(*arguments)

    monkeypatch.setattr(owner, part, short)
    engine = LocalEngine(loader)
    first, second = (engine.submit(each) for each in orders)
    events = drain(engine)
    lowered = [event for event in events if isinstance(event, Lowered)]
    assert [(event.ticket, event.resolved.execution.slots) for event in lowered] == [(first, 1)]
    made = finished(events)
    assert digest_of(made[second]) == alone(LocalEngine(loader), orders[1])
    assert digest_of(made[first]) == alone(LocalEngine(loader), replace(orders[0], resolved=lowered[0].resolved))


def test_one_slot_without_memory_fails(order: Make, loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Narrow, "limit", 1)
    engine = LocalEngine(loader, denoiser=narrow)
    guided, plain = engine.submit(order(slots=2)), engine.submit(order(slots=2, guidance=1.0))
    events = drain(engine)
    failed = [event for event in events if isinstance(event, Failed)]
    assert [(event.ticket, event.failure.code) for event in failed] == [(guided, "engine.out_of_memory")]
    assert finished(events)[plain].provenance.rows == 1, "without guidance one slot has one row"


def test_a_broken_denoiser_fails_what_shared_its_call(order: Make, loader: Loader) -> None:
    class Broken:
        def predict(self, *_: Any) -> torch.Tensor:
            raise ZeroDivisionError("boom")

    engine = LocalEngine(loader, denoiser=lambda *_: Broken())
    for seed in range(3):
        engine.submit(order(seed=seed, slots=2))
    failed = [event for event in drain(engine) if isinstance(event, Failed)]
    assert [event.failure.code for event in failed] == ["engine.failed"] * 3


def test_groups_take_turns_by_age(order: Make, loader: Loader) -> None:
    """Small and large pictures mixed: a batch takes its own when it opens, and nobody then jumps the queue."""
    engine = LocalEngine(loader)
    sizes = {engine.submit(order(seed=seed, width=side, slots=2)): side for seed, side in enumerate((64, 96) * 2)}
    late = engine.submit(order(seed=9, width=64, slots=2))
    sizes[late] = 64
    order_of_start = [event.ticket for event in drain(engine) if isinstance(event, Started)]
    assert [sizes[ticket] for ticket in order_of_start] == [64, 64, 96, 96, 64]
    assert order_of_start[-1] == late


def test_a_record_that_contradicts_itself_fails_alone(order: Make, loader: Loader) -> None:
    good, bad = order(slots=2, guidance=1.0), order(slots=2, seed=5)
    bad = replace(bad, resolved=bad.resolved.with_execution(rows=2))
    unknown = replace(bad, resolved=bad.resolved.with_execution(runtime="abacus"))
    engine = LocalEngine(loader)
    tickets = [engine.submit(each) for each in (good, bad, unknown)]
    events = drain(engine)
    codes = {event.ticket: event.failure.code for event in events if isinstance(event, Failed)}
    assert codes == {tickets[1]: "engine.failed", tickets[2]: "spec.runtime.unsupported"}
    assert set(finished(events)) == {tickets[0]}


def test_the_time_of_a_shared_call_is_shared(order: Make, loader: Loader) -> None:
    """A clock that advances by one second at each look: what runs were charged is what passed, and no more."""
    ticks = iter(range(10_000))
    engine = LocalEngine(loader, clock=lambda: float(next(ticks)))
    for seed in range(2):
        engine.submit(order(seed=seed, slots=2))
    made = [event for event in drain(engine) if isinstance(event, Finished)]
    assert [event.timings.denoise_s for event in made] == [1.5, 1.5], "three calls of one second for two runs"
    assert all(event.timings.total_s > event.timings.picture_s for event in made)
    paused = engine.submit(order(seed=3))
    for _ in range(3):
        engine.step()
    engine.pause(paused)
    engine.resume(paused)
    assert finished(drain(engine))[paused].timings.denoise_s == 3, "what was paid before the pause counts"

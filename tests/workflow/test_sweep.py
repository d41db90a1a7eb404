"""Many runs in flight: one engine, one claim each, every picture replayed alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from packshot import wiring
from packshot.engine import FakeEngine
from packshot.engine.local import LocalEngine
from packshot.errors import Interrupted, SpecError, StoreError
from packshot.experiment import Plan, find_plan, read_plan
from packshot.models import Loader
from packshot.resolve import Order, resolve, share
from packshot.result import RunState, Sameness
from packshot.spec import Spec
from packshot.store import open_store
from packshot.workflow import KnownSources, Workbench, replay, run_experiment
from packshot.workflow import flight as flights
from packshot.workflow.flight import Flight
from packshot.workflow.sweep import Sweep
from tests.engine.test_batching import narrow
from tests.workflow.test_make import Stopping

MIXED = """schema: packshot.plan/1
name: mixed
title: Mixed
question: Does every picture replay?
baseline: {name: base, prompt: a red mug, steps: 4, seed: 3, guidance: 5.0}
arms:
  - {name: same}
  - {name: short, change: {steps: 2}}
  - {name: ddim, change: {scheduler: DDIM}}
  - {name: heun, change: {scheduler: Heun, steps: 3}}
  - {name: unguided, change: {guidance: 1.0}}
  - {name: source, change: {source: "builtin:lab-source", strength: 0.5}}
  - {name: wide, change: {width: 96}}
"""


@pytest.fixture
def mixed() -> Plan:
    return read_plan(MIXED, "mixed.yaml")


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader()


def orders_of(bench: Workbench, count: int, slots: int = 4) -> dict[str, Order]:
    specs = [Spec(prompt="a red mug", steps=3, seed=seed) for seed in range(count)]
    orders = [resolve(spec, bench.catalogue, bench.settings, KnownSources(bench)) for spec in specs]
    return share({order.resolved.hash: order for order in orders}, limit=slots)


def shapes(runs: Any) -> dict[str, tuple[int, int]]:
    return {name: (run.resolved.execution.slots, run.resolved.execution.rows) for name, run in runs.items()}


@pytest.mark.slow
def test_every_picture_of_a_sweep_replays(open_bench: Callable[..., Any], mixed: Plan, loader: Loader) -> None:
    with open_bench(LocalEngine(loader)) as bench:
        ended: list[str] = []
        done = run_experiment(
            bench, mixed, slots=4, on_progress=lambda progress: ended.append(progress.cell) if progress.run else None
        )
        assert not done.failed
        assert list(done.runs) == [mixed.baseline.name, *(arm.name for arm in mixed.arms)]
        assert sorted(ended) == sorted(done.runs)
        assert ended.index("base") < ended.index("short"), "the longest first"
        assert ended[-1] == "wide", "another size is another batch"
        assert set(shapes(done.runs).values()) == {(4, 8)}
    with open_bench(LocalEngine(loader)) as bench:
        for name, run in done.runs.items():
            assert run.result.provenance.rows == run.resolved.execution.rows
            again = replay(bench, run.id)
            assert again.verdict.sameness is Sameness.IDENTICAL, name
            assert again.run.result.provenance.rows == run.resolved.execution.rows
        assert bench.store.verify().clean


def test_slots_hold_what_is_still_to_do(open_bench: Callable[..., Any], mixed: Plan) -> None:
    with open_bench() as bench:
        runs = run_experiment(bench, mixed).runs
        assert shapes(runs) == dict.fromkeys(runs, (2, 4)) | {"wide": (1, 2)}, "more would be half empty, on a CPU"
        arm = mixed.arms[1].model_copy(
            update={"name": "more", "change": mixed.arms[1].change.model_copy(update={"steps": 7})}
        )
        longer = mixed.model_copy(update={"arms": (*mixed.arms, arm)})
        assert shapes(run_experiment(bench, longer).runs)["more"] == (1, 2)
    with open_bench(slots=2) as bench:
        assert shapes(run_experiment(bench, mixed, fresh=True).runs)["base"] == (2, 4)
        with pytest.raises(SpecError):
            run_experiment(bench, mixed, slots=3)


def test_what_memory_does_not_hold_is_recorded_as_it_was_made(
    open_bench: Callable[..., Any], mixed: Plan, loader: Loader
) -> None:
    with open_bench(LocalEngine(loader, denoiser=narrow)) as bench:
        notes: list[str] = []
        done = run_experiment(
            bench, mixed, slots=4, on_progress=lambda progress: notes.append(progress.note) if progress.note else None
        )
        assert not done.failed
        assert set(notes) == {"memory did not hold 4 slots: lowered to 2"}
        assert set(shapes(done.runs).values()) == {(2, 4)}
        for run in done.runs.values():
            assert run.result.provenance.rows == 4
            assert run.resolved.origin.notes[-1] == run.result.provenance.notes[-1] == notes[0]
            assert bench.store.run(run.id).resolved == run.resolved
    with open_bench(LocalEngine(loader)) as bench:
        for run in done.runs.values():
            assert replay(bench, run.id).verdict.sameness is Sameness.IDENTICAL


class Watching(FakeEngine):
    """Counts how many orders it has at once."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 0

    def submit(self, order: Order, *, preview_every: int = 0) -> int:
        ticket = super().submit(order, preview_every=preview_every)
        self.most = max(self.most, len(self._queue))
        return ticket


@pytest.mark.parametrize(("slots", "most"), [(1, 1), (4, 5)])
def test_as_many_runs_are_claimed_as_the_slots_hold_and_one_waits(
    open_bench: Callable[..., Any], slots: int, most: int
) -> None:
    engine = Watching()
    with open_bench(engine) as bench:
        running: list[int] = []
        Sweep(
            bench,
            orders_of(bench, 9, slots),
            fresh=False,
            on_event=lambda _key, _event: running.append(bench.store.count_runs(state=RunState.RUNNING)),
            on_ended=lambda _key, _run, _already: None,
        ).run()
        assert engine.most == max(running) == most
        assert bench.store.count_runs(state=RunState.SUCCEEDED) == 9


@pytest.mark.parametrize("after", [0, 3, 11])
def test_ctrl_c_gives_every_claim_back(open_bench: Callable[..., Any], after: int) -> None:
    with open_bench(Stopping(after=after)) as bench:
        with pytest.raises(Interrupted):
            run_experiment(bench, find_plan("lab", bench.plans), slots=8)
        assert bench.store.count_runs(state=RunState.RUNNING) == 0
        assert bench.store.count_runs(state=RunState.QUEUED) >= 8
        assert not bench.engine().busy


def test_what_another_process_is_at_is_left_for_later(bench: Workbench) -> None:
    """It gives one up, and finishes another."""
    orders = orders_of(bench, 5)
    keys = list(orders)
    other = open_store(bench.settings.workspace, now=wiring.now_utc, random_bytes=os.urandom, owner="another")
    held = [other.begin(orders[key].resolved).run for key in keys[:2]]
    ended: list[tuple[str, bool]] = []

    def slept(_seconds: float) -> None:
        assert {key for key, _ in ended} == set(keys[2:])
        other.release(held[0].id)
        elsewhere = Workbench(**{name: getattr(bench, name) for name in bench.__slots__} | {"store": other})
        with Flight(elsewhere) as flight:
            flight.launch(orders[keys[1]], held[1])
            while len(flight):
                flight.step()

    Sweep(
        bench,
        orders,
        fresh=False,
        on_event=lambda _key, _event: None,
        on_ended=lambda key, _run, already: ended.append((key, already)),
        sleep=slept,
    ).run()
    other.close()
    assert dict(ended) == dict.fromkeys(keys, False) | {keys[1]: True}
    assert bench.store.count_runs() == 5


def test_every_lease_in_flight_is_renewed(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flights, "HEARTBEAT_EVERY_S", 0.01)
    renewed: set[str] = set()
    original = type(bench.store).heartbeat

    def heartbeat(store: Any, run_id: str) -> None:
        original(store, run_id)
        renewed.add(run_id)

    monkeypatch.setattr(type(bench.store), "heartbeat", heartbeat)
    with Flight(bench) as flight:
        begun = {bench.store.begin(order.resolved).run.id: order for order in orders_of(bench, 3).values()}
        for run_id, order in begun.items():
            flight.launch(order, bench.store.run(run_id))
        until = time.monotonic() + 10
        while renewed != set(begun) and time.monotonic() < until:
            time.sleep(0.01)
    assert renewed == set(begun)
    assert bench.store.count_runs(state=RunState.QUEUED) == 3, "who leaves early gives everything back"


def test_a_lost_lease_stops_and_gives_the_rest_back(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_store: Any, run_id: str, *_: Any) -> None:
        raise StoreError("store.failed", f"run {run_id} is no longer ours to change")

    monkeypatch.setattr(type(bench.store), "finish", lost)
    with pytest.raises(StoreError):
        run_experiment(bench, find_plan("lab", bench.plans))
    assert bench.store.count_runs(state=RunState.RUNNING) == 0

"""The load on the queue counts what it says, and its simulation gives what can be worked out by hand."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.queue_load import __main__ as command
from benchmarks.queue_load import job_cost, load, place, simulation
from benchmarks.queue_load.offering import Asking
from benchmarks.queue_load.simulation import Costs, Parts, simulate
from tests.servers import binaries

COSTS = Costs(asking=0.001, asking_database=0.001, working=0.040, working_database=0.009, working_pictures=0.020)
PARTS = Parts(askers=1, workers=1, database=1)
SIDE_PX = 64


def test_what_is_not_full_does_all_that_is_offered() -> None:
    found = simulate(PARTS, COSTS, 10, 60)
    assert found.done == pytest.approx(10, rel=0.1)
    assert (found.accepted, found.busy["workers"]) == pytest.approx((10, 0.4), rel=0.15)
    assert found.waiting < 10
    assert 0 < found.latency_s(0.5) <= 0.5 + 0.2, "half a second at most until somebody looks"


@pytest.mark.parametrize(
    ("parts", "fullest", "done"),
    [
        (PARTS, "workers", 1 / 0.040),
        (replace(PARTS, workers=3), "workers", 3 / 0.040),
        (replace(PARTS, workers=9), "database", None),
        (replace(PARTS, workers=3, pictures=1), "pictures", 1 / 0.020),
        (replace(PARTS, workers=3, pictures=2), "workers", 3 / 0.040),
        (replace(PARTS, speed=0.5), "workers", 0.5 / 0.040),
    ],
)
def test_the_fullest_part_sets_the_pace(parts: Parts, fullest: str, done: float | None) -> None:
    found = simulate(parts, COSTS, 200, 30)
    assert found.fullest == fullest
    assert found.busy[fullest] == pytest.approx(1, abs=0.06)
    if done is not None:
        assert found.done == pytest.approx(done, rel=0.1)
    assert found.waiting > 1000
    assert found.latency_s(0.95) > found.latency_s(0.5) > 5


def test_one_machine_shares_its_cores_among_all() -> None:
    parts = replace(PARTS, workers=4, database=2, pictures=1, machine=2)
    asked_s = COSTS.asking + COSTS.asking_database
    found = simulate(parts, COSTS, 20, 60)
    assert found.accepted == pytest.approx(20, rel=0.1)
    assert found.busy["machine"] == pytest.approx(20 * COSTS.together / 2, rel=0.1)
    over = simulate(parts, COSTS, 60, 60)
    assert over.fullest == "machine"
    worked_s = COSTS.together - asked_s
    assert over.done == pytest.approx((2 - 60 * asked_s) / worked_s, rel=0.1)


def test_parts_are_added_until_the_rate_is_carried() -> None:
    tries = simulation.grown(COSTS, 150, 8, 0, PARTS)
    assert len(tries) > 2
    for (before, found), (after, _) in itertools.pairwise(tries):
        changed = [part for part in ("askers", "workers", "database") if getattr(before, part) != getattr(after, part)]
        assert changed == [found.fullest]
    parts, found = tries[-1]
    assert found.done * 8 >= 150 * (8 - simulation.BEHIND_S) or max(found.busy.values()) < simulation.FULL
    assert found.done > 0.8 * 150
    assert parts.workers >= 150 * COSTS.working
    assert parts.database >= 150 * COSTS.database


def test_requests_come_at_the_rate_and_differ_by_process() -> None:
    asked = Asking(0, 2, 40, 50, 7, 1000, SIDE_PX)
    one, two = list(asked.arrivals()), list(replace(asked, number=1).arrivals())
    assert one == list(asked.arrivals()) != two
    assert len(one) + len(two) == pytest.approx(2000, rel=0.1)
    even = list(replace(asked, fixed=True).arrivals())
    assert len(even) == 1000
    assert {round(after - before, 6) for before, after in itertools.pairwise(even)} == {0.05}


def test_what_a_job_costs_is_counted_by_call() -> None:
    with place.opened("alone") as alone:
        found = job_cost.job_cost(alone, 3, SIDE_PX)
    once = {name for name, spent in found.spent.items() if (spent.calls, spent.transactions) == (3, 3)}
    assert once >= {"store.add_job", "store.begin", "store.change_job", "store.finish", "store.set_evidence"}
    assert once >= {"store.done_among", "store.end_job"}
    assert found.spent["evidence derived"].statements == 0
    assert found.costs.asking > 0
    assert found.costs.working > 0
    assert (found.costs.database, found.costs.working_pictures) == (0, 0)
    lines = job_cost.lines(found)
    assert len(lines) == 2 + len(found.spent) + 2


@pytest.mark.slow
def test_a_second_of_load_comes_through() -> None:
    with place.opened("alone") as alone:
        found = load.carry(alone, Asking(0, 1, 4, 3, 1, 1000, SIDE_PX, fixed=True), workers=1)
    _comes_through(found)


@pytest.mark.slow
@pytest.mark.skipif(binaries() is None, reason="no PostgreSQL here")
def test_a_second_of_load_comes_through_postgresql_and_s3() -> None:
    with place.opened("team") as team:
        found = load.carry(team, Asking(0, 2, 4, 5, 1, 1000, SIDE_PX, fixed=True), workers=2)
        cost = job_cost.job_cost(team, 2, SIDE_PX)
    _comes_through(found)
    assert found.cpu["database"] > 0
    assert found.cpu["pictures"] > 0
    assert cost.costs.asking_database > 0
    assert cost.costs.working_pictures > 0


def _comes_through(found: load.Carried) -> None:
    kept = round((found.accepted + found.refused + found.late) * found.seconds)
    assert kept == pytest.approx(found.offered * found.seconds, abs=found.offered)
    assert found.refused == 0
    assert 0 < found.done <= round(found.accepted * found.seconds)
    assert len(found.latencies_s) == found.done
    assert found.latency_s(0.5) > 0
    assert found.cpu["submitting"] > 0
    assert found.cpu["working"] > 0
    (line,) = load.lines([found], ["submitting", "working"])[2:]
    assert line.startswith("| 4 |")


def test_a_full_queue_refuses() -> None:
    with place.opened("alone") as alone:
        found = load.carry(alone, Asking(0, 1, 10, 1, 1, 3, SIDE_PX, fixed=True), workers=0)
    assert round(found.accepted * found.seconds) == 3
    assert found.refused > 0
    assert (found.done, found.queued[-1]) == (0, 3)


def test_costs_of_an_earlier_measurement_are_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {"asking": 0.001, "asking_database": 0.001, "working": 0.01, "working_database": 0.002}
    (tmp_path / "load.json").write_text(json.dumps({"costs": kept}))
    command.main(["--costs", str(tmp_path / "load.json"), "--rate", "50", "150", "--simulated-seconds", "10"])
    printed = capsys.readouterr().out
    assert "API 0.1 cores, workers 1.5 cores, database 0.5 cores" in printed
    assert printed.splitlines()[-2].split(" | ")[1] == "2"

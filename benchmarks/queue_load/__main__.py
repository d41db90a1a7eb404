"""Requests at a stated rate through the real queue, the fake engine behind it: what comes through, and what is full.

    python -m benchmarks.queue_load --rate 10 30 100 300 1000 --seconds 60 --workers 1 --askers 1
    python -m benchmarks.queue_load --place postgres --jobs 300 --json load.json
    python -m benchmarks.queue_load --costs load.json --seconds 120

Three parts, each Markdown: what a job costs, call by call; what came of each rate (open loop: nobody waits for an
answer before asking again); and a simulation with those costs, first of what was measured here, then with parts of
their own added until the highest rate is carried. `--costs` takes them from an earlier file and only simulates. A
machine that does something else besides gives other rates; CPU of a request changes less.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from benchmarks.queue_load import job_cost, load, simulation
from benchmarks.queue_load.job_cost import JobCost
from benchmarks.queue_load.load import Carried
from benchmarks.queue_load.offering import Asking
from benchmarks.queue_load.place import KINDS, Place, opened
from benchmarks.queue_load.simulation import Costs, Parts

RATES = (10.0, 30.0, 100.0, 300.0, 1000.0)
SECONDS = 60.0


def main(given: Sequence[str] | None = None) -> None:
    """Measure, simulate, print."""
    asked = _parser().parse_args(given)
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(143))  # servers are ended with it
    if asked.costs is not None:
        costs = Costs(**json.loads(asked.costs.read_text(encoding="utf-8"))["costs"])
    else:
        costs = _measured(asked)
    _print("Simulated, each process with a core of its own", _grown(costs, asked))


def _measured(asked: argparse.Namespace) -> Costs:
    with opened(asked.place) as place:
        cost = job_cost.job_cost(place, asked.jobs, asked.side)
        parts = ["submitting", "working", *place.pids]
    _print(f"One job of {cost.jobs}, {asked.side} px", [*_shares(cost.costs), "", *job_cost.lines(cost)])
    found = []
    for rate in asked.rate:
        with opened(asked.place) as place:  # what one rate left undone would come before the next one's
            found.append(_carried(place, rate, asked))
        _print(f"{rate:g} a second", load.lines(found[-1:], parts))
    _print("Every rate", load.lines(found, parts))
    _print("The same, simulated", _compared(found, cost.costs, asked))
    if asked.json is not None:
        asked.json.write_text(json.dumps(_as_json(cost, found, asked), indent=2) + "\n", encoding="utf-8")
    return cost.costs


def _carried(place: Place, rate: float, asked: argparse.Namespace) -> Carried:
    numbers = Asking(0, asked.askers, rate, asked.seconds, asked.seed, asked.queue, asked.side, asked.fixed)
    return load.carry(place, numbers, asked.workers)


def _shares(costs: Costs) -> list[str]:
    shown = {
        "who asks": costs.asking,
        "the database for it": costs.asking_database,
        "who works": costs.working,
        "the database for that": costs.working_database,
        "the place for pictures": costs.working_pictures,
    }
    return [f"{1000 * seconds:.1f} ms of CPU: {part}" for part, seconds in shown.items()] + [
        f"{1000 * costs.together:.1f} ms of CPU in all"
    ]


def _compared(found: Sequence[Carried], costs: Costs, asked: argparse.Namespace) -> list[str]:
    """Each rate beside its simulation, on as many cores as the measurement had: others may use the machine too."""
    cores = psutil.cpu_count() or 1
    most = max(sum(each.cpu.values()) for each in found)
    table = ["| offered | cores | done | simulated | ratio | fullest |", f"|{' --- |' * 6}"]
    for each in found:
        had = sum(each.cpu.values()) if each.is_behind else most
        pictures = 1 if costs.working_pictures else None
        speed = min(1.0, had / cores)
        parts = Parts(asked.askers, asked.workers, cores, pictures=pictures, machine=cores, speed=speed)
        made = simulation.simulate(parts, costs, each.offered, each.seconds, asked.seed)
        ratio = made.done / each.done_rate if each.done else float("nan")
        numbers = f"{had:.2f} | {each.done_rate:.1f} | {made.done:.1f} | {ratio:.2f}"
        table.append(f"| {each.offered:g} | {numbers} | {made.fullest} |")
    return table


def _grown(costs: Costs, asked: argparse.Namespace) -> list[str]:
    first = Parts(askers=1, workers=2, database=1)
    tries = simulation.grown(costs, max(asked.rate), asked.simulated_seconds, asked.seed, first)
    needs = {"API": costs.asking, "workers": costs.working, "database": costs.database}
    arithmetic = ", ".join(f"{part} {max(asked.rate) * seconds:.1f} cores" for part, seconds in needs.items())
    return [f"By arithmetic, {max(asked.rate):g} a second: {arithmetic}", "", *simulation.lines(tries)]


def _as_json(cost: JobCost, found: Sequence[Carried], asked: argparse.Namespace) -> dict[str, Any]:
    return {
        "place": asked.place,
        "side_px": asked.side,
        "costs": asdict(cost.costs),
        "calls": {name: asdict(spent) for name, spent in cost.spent.items()},
        "jobs": cost.jobs,
        "rates": [{**asdict(each), "latencies_s": [each.latency_s(q / 20) for q in range(21)]} for each in found],
    }


def _print(title: str, lines: Sequence[str]) -> None:
    print("\n".join([f"## {title}", "", *lines, ""]), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", choices=KINDS, default="team", help="PostgreSQL and S3; the one; SQLite")
    parser.add_argument("--rate", type=float, nargs="+", default=RATES, help="requests a second, one after the other")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for which each rate is offered")
    parser.add_argument("--simulated-seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=1, help="processes that work")
    parser.add_argument("--askers", type=int, default=1, help="processes that ask")
    parser.add_argument("--jobs", type=int, default=200, help="whose cost is measured first")
    parser.add_argument("--queue", type=int, default=10_000_000, help="jobs that may wait or run")
    parser.add_argument("--side", type=int, default=64, help="of a picture in px")
    parser.add_argument("--fixed", action="store_true", help="evenly spaced requests, not a Poisson process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--costs", type=Path, help="a file of --json: only simulate")
    return parser


if __name__ == "__main__":
    main()

"""Pictures per second by plain diffusers and by the engine on the lab's plan, and single denoiser calls.

    python -m benchmarks.engine --rounds 5 --json engine.json
    python -m benchmarks.engine --shape sd15 --rounds 5

Ratios are against plain diffusers in float32, loaded once, one picture at a time, in the same process and round. Both
flush denormals. Weights are warm; loading and compiling are timed apart. A machine that does something else besides
gives other ratios.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.engine import plain, tables
from benchmarks.engine.calls import measured_calls
from benchmarks.engine.lab import lab_orders
from benchmarks.engine.memory import peak_gb, peak_of_child
from benchmarks.engine.ours import OurWay
from benchmarks.engine.rounds import Spread, ratios, timed_rounds
from benchmarks.engine.shapes import sd15_shaped
from packshot.engine import machine
from packshot.resolve import Order, candidates
from packshot.settings import Settings, read_settings
from packshot.spec import MIXED
from packshot.wiring import converted

RELOADED, LOADED, BATCHED = "(a) diffusers, loaded for each", "(b) diffusers, loaded once", "(c) diffusers, batches"
OURS = "(d) packshot"
SLOTS = (1, 2, 4, 8)
ROWS = (2, 8, 16)

Way = Callable[[list[Order]], object]
"""Makes all pictures."""


def main() -> None:
    """Measure, print Markdown, and write the same as JSON."""
    arguments = _arguments()
    settings = read_settings({}, workspace=arguments.workspace, threads=arguments.threads, device="cpu")
    torch.set_num_threads(settings.threads)
    model = "studio-tiny" if arguments.shape is None else str(sd15_shaped(arguments.workspace / arguments.shape))
    orders = lab_orders(settings, model)
    runtimes = [entry for entry in candidates(settings) if "/".join(entry) in (arguments.runtimes or "/".join(entry))]
    if arguments.once is not None:
        _ways(orders, runtimes, arguments.slots, settings)[arguments.once](orders)
        print(peak_gb())
        return
    found: dict[str, Any] = {"machine": _machine(settings), "model": arguments.shape or model}
    found["calls"] = _calls(arguments, orders[0], runtimes, settings)
    if arguments.shape is None:
        found["lab"] = _lab(arguments, orders, _ways(orders, runtimes, arguments.slots, settings))
    print(tables.text(found))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--shape", choices=["sd15"], help="random weights of that size: single calls only")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--rows", type=int, nargs="*", default=None)
    parser.add_argument("--slots", type=int, nargs="*", default=list(SLOTS))
    parser.add_argument("--runtimes", nargs="*", default=None, help="such as openvino/bfloat16; all that are here")
    parser.add_argument("--workspace", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--once", default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


def _machine(settings: Settings) -> dict[str, Any]:
    names = ("torch", "diffusers", "openvino")
    versions = {name: machine.library_versions("openvino").get(name) for name in names}
    return {
        "processor": settings.processor,
        "threads": settings.threads,
        "python": platform.python_version(),
    } | versions


def _calls(
    arguments: argparse.Namespace, order: Order, runtimes: list[tuple[str, str]], settings: Settings
) -> list[dict[str, Any]]:
    rows = arguments.rows or (ROWS if arguments.shape is None else ROWS[:1])
    found = []
    kinds = [runtime for runtime in runtimes if runtime[1] != MIXED]
    for call in measured_calls(order, kinds, list(rows), converted(settings), arguments.rounds):
        print(call, file=sys.stderr, flush=True)
        found.append(call.as_json())
    return found


def _lab(arguments: argparse.Namespace, orders: list[Order], ways: dict[str, Way]) -> dict[str, Any]:
    """Rounds of the whole plan by everybody."""
    for way in ways.values():
        way(orders[:1])  # loads, converts, compiles
    seconds = timed_rounds({name: partial(way, orders) for name, way in ways.items()}, arguments.rounds)
    against = ratios(seconds, LOADED)
    return {
        name: {
            "seconds": Spread.of(times).as_json(),
            "pictures_per_s": len(orders) / Spread.of(times).median,
            "ratio": against[name].as_json(),
            "outside": way.outside(orders) if isinstance(way := ways[name], OurWay) else None,
            "peak_gb": peak_of_child(["--once", name, "--workspace", str(arguments.workspace)]),
        }
        for name, times in seconds.items()
    }


def _ways(orders: list[Order], runtimes: list[tuple[str, str]], slots: list[int], settings: Settings) -> dict[str, Way]:
    """Every way to make the pictures, by name. What one has loaded stays loaded."""
    folder = str(orders[0].model.folder)
    kept = cache(partial(plain.load, folder))
    ways: dict[str, Way] = {
        RELOADED: lambda some: plain.one_by_one(some, None),
        LOADED: lambda some: plain.one_by_one(some, kept()),
        BATCHED: lambda some: plain.batched(some, kept()),
    }
    for runtime in runtimes:
        for number in slots:
            ways[_name(runtime, number)] = OurWay(*runtime, number, converted(settings))
    return ways


def _name(candidate: tuple[str, str], slots: int) -> str:
    return f"{OURS}, {'/'.join(candidate)}, {slots} slot{'s' if slots > 1 else ''}"


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"{time.perf_counter() - began:.0f} s in all", file=sys.stderr)

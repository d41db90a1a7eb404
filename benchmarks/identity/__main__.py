"""`python -m benchmarks.identity`: the identity gate against the renderer's truth, in pairs and on ladders.

Prints Markdown: the limits, how often the gate is right on pairs that it was not set on, when it closes as a product
turns into another, and where on studio-tiny's ladder of strengths. What is drawn, read and measured is kept in
`--folder`, which is safe to delete; stopped and started again, it goes on where it was. Other masks or measures are
measured anew on what was drawn. `--from 0 --count 240` are the pairs that the built-in limits were set on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from benchmarks.evidence.found import instruments
from benchmarks.identity.agreement import agreement_table, measured
from benchmarks.identity.cases import FRESH
from benchmarks.identity.climbing import climb_table, climbed
from benchmarks.identity.kept_texts import reading_once
from benchmarks.identity.ladder import ladder, ladder_table
from benchmarks.identity.ladder_picture import draw_ladder
from packshot import wiring
from packshot.review import IdentityGate

Made = TypeVar("Made")


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__)
    parser.add_argument("--count", type=int, default=216, help="pairs; 0: none")
    parser.add_argument("--from", type=int, default=FRESH, dest="first", help="the first of them")
    parser.add_argument("--ladders", type=int, default=40, help="products that turn into another; 0: none")
    parser.add_argument("--sources", type=int, default=12, help="renders on studio-tiny's ladder; 0: no such ladder")
    parser.add_argument("--seeds", type=int, default=3, help="of each on studio-tiny's ladder")
    parser.add_argument("--picture", type=Path, help="draw ladder --show into this file")
    parser.add_argument("--show", type=int, default=0, help="which ladder is drawn")
    parser.add_argument("--folder", type=Path, default=Path("build/identity"))
    arguments = parser.parse_args()
    gate, folder = IdentityGate(), arguments.folder
    reading = reading_once(instruments(), folder / "texts")
    print(", ".join(f"{name} {limit:g}" for name, limit in gate.limits.model_dump().items()), flush=True)
    if arguments.count:
        numbers = range(arguments.first, arguments.first + arguments.count)
        cases = _each("pair", numbers, lambda number: measured(folder / "pairs", number, reading))
        print("\n" + agreement_table(cases, gate), flush=True)
    if arguments.ladders:
        climbs = _each("ladder", range(arguments.ladders), lambda number: climbed(folder / "climbs", number, reading))
        print("\n" + climb_table(climbs, gate), flush=True)
    if arguments.picture is not None:
        draw_ladder(arguments.picture, arguments.show, climbed(folder / "climbs", arguments.show, reading), gate)
    if arguments.sources:
        settings = replace(
            wiring.read(), workspace=folder / "ws", output=folder / "outputs", read_text=False, warm_up=False
        )
        rungs = []
        for rung in ladder(settings, arguments.sources, arguments.seeds, folder / "sources"):
            rungs.append(rung)
            print(f"strength {rung.strength:g}: {rung.verdict}", file=sys.stderr, flush=True)
        print("\n" + ladder_table(rungs, gate))


def _each(what: str, numbers: Iterable[int], make: Callable[[int], Made]) -> list[Made]:
    made = []
    for number in numbers:
        made.append(make(number))
        if number % 10 == 0:
            print(f"{what} {number}", file=sys.stderr, flush=True)
    return made


if __name__ == "__main__":
    main()

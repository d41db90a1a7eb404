"""`python -m benchmarks.identity [--count 400] [--from 200] [--sources 6]`: the identity gate against the truth.

Prints Markdown. Pairs before `--from` are those that the built-in limits were set on. What is measured is kept in
`--folder`, which is safe to delete; stopped and started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.identity.agreement import agreement_table, measured
from benchmarks.identity.ladder import ladder, ladder_table
from packshot import wiring
from packshot.review import IdentityGate


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="pairs in all")
    parser.add_argument("--from", type=int, default=200, dest="first", help="the first that is judged")
    parser.add_argument("--sources", type=int, default=6, help="renders on the ladder of strengths; 0: no ladder")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("build/identity"))
    arguments = parser.parse_args()
    cases = []
    for number in range(arguments.first, arguments.count):
        cases.append(measured(arguments.folder / "pairs", number))
        if number % 20 == 0:
            print(f"{number} of {arguments.count}", file=sys.stderr, flush=True)
    print(agreement_table(cases, IdentityGate()), flush=True)
    if arguments.sources:
        settings = replace(wiring.read(), workspace=arguments.folder / "ws", output=arguments.folder / "outputs")
        rungs = []
        for rung in ladder(settings, arguments.sources, arguments.seeds, arguments.folder / "sources"):
            rungs.append(rung)
            print(f"strength {rung.strength:g}: {rung.verdict}", file=sys.stderr, flush=True)
        print("\n" + ladder_table(rungs, IdentityGate()))


if __name__ == "__main__":
    main()

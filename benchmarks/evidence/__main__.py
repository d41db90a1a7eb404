"""How often each evidence is right, on renders whose truth is known.

    python -m benchmarks.evidence --folder build/evidence --processes 2
    python -m benchmarks.evidence --count 40

The first run draws the pictures and keeps them; a later one only measures what new code has not measured yet.
Stopped and started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path

from benchmarks.evidence.fault_rows import rows_of_faults
from benchmarks.evidence.judged import Row, rows_of_grounds, rows_of_places, rows_of_words
from benchmarks.evidence.likeness_rows import rows_of_likeness
from benchmarks.evidence.sorts import CHANGES, FAULTS, GROUNDS, LARGE, PLACES, SOFT, WORDS
from benchmarks.evidence.table import as_json, markdown, write_into
from benchmarks.evidence.walk import Findings, fewer, walk

ENDINGS = ("", ", 512 px", ", softened")
PARTS = {
    "grounds": GROUNDS,
    "places": PLACES,
    "words": WORDS,
    "changes": CHANGES,
    "faults": FAULTS,
    "again": (*LARGE, *SOFT),
}


def main() -> None:
    """Draw, measure, judge, print."""
    arguments = _arguments()
    sorts = fewer([sort for part in arguments.parts for sort in PARTS[part]], arguments.count)
    findings = walk(arguments.folder, sorts, arguments.processes)
    rows = all_rows(findings)
    pictures = sum(len(found) for found in findings.values())
    text = markdown(rows, arguments.date, pictures)
    print(text)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(as_json(rows, arguments.date, pictures), indent=1), encoding="utf-8")
    if arguments.page is not None:
        write_into(arguments.page, text)


def all_rows(findings: Findings) -> list[Row]:
    """Rows of every part that was measured."""
    rows: list[Row] = []
    for ending in ENDINGS:
        if f"white{ending}" in findings:
            rows += rows_of_grounds(findings, ending)
        if f"cut{ending}" in findings:
            rows += rows_of_places(findings, ending)
    if "word" in findings:
        rows += rows_of_words(findings)
    if CHANGES[0].name in findings:
        rows += rows_of_likeness(findings)
    if "noise" in findings:
        rows += rows_of_faults(findings)
    return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("build/evidence"), help="keeps pictures and findings")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--count", type=int, default=None, help="at most so many pictures of each sort")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--date", default=dt.date.today().isoformat())
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--page", type=Path, default=None, help="Markdown page with the two markers")
    return parser.parse_args()


if __name__ == "__main__":
    main()

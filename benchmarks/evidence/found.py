"""What the evidence says about a case. Knows the truth only as something to hand on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import packshot
from benchmarks.evidence.case import Case, Sort, Truth
from benchmarks.evidence.drawn import drawn
from packshot.evaluation import NO_INSTRUMENTS, Asked, Instruments, RapidReader, evaluate
from packshot.spec import Mode

MEASURES = ("evaluation", "product")
"""The packages that a finding rests on."""


@dataclass(frozen=True)
class Found:
    """The truth of a case beside the values of all evidence about it."""

    truth: Truth
    values: dict[str, float | str | None]


def found(folder: Path, sort: Sort, number: int) -> Found:
    """The finding about a case: read where this very code made it before, else measured and kept."""
    kept = folder / "found" / code_digest() / f"{sort.name.replace(':', '').replace(' ', '-')}-{sort.size}"
    file = kept / f"{number:04d}.json"
    if file.exists():
        return Found(**json.loads(file.read_text(encoding="utf-8")))
    case = drawn(folder / "drawn", sort, number)
    finding = Found(case.truth, _values(case, sort.reads_text))
    kept.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".writing")
    written.write_text(json.dumps({"truth": finding.truth, "values": finding.values}), encoding="utf-8")
    written.replace(file)
    return finding


@cache
def code_digest() -> str:
    """Of the source that measures, so that a finding of other code is not taken for one of this."""
    root = Path(packshot.__file__).parent
    files = sorted(file for name in MEASURES for file in (root / name).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _values(case: Case, reads_text: bool) -> dict[str, float | str | None]:
    mode = Mode.TEXT_TO_IMAGE if case.source is None else Mode.IMAGE_TO_IMAGE
    at_hand = instruments() if reads_text else NO_INSTRUMENTS
    return {
        entry.name: entry.value for entry in evaluate(case.pixels, Asked(case.prompt, "", mode), case.source, at_hand)
    }


@cache
def instruments() -> Instruments:
    """The reader of text that a workspace has, on one thread; no scorer, since no row speaks of the prompt's words."""
    return Instruments(reader=RapidReader(threads=1))

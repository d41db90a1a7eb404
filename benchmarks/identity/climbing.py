"""What the gate says on the ladders whose truth is known: when it closes, and whether before the product is another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.evidence.counts import Share
from benchmarks.evidence.found import code_digest
from benchmarks.identity.agreement import shown
from benchmarks.identity.morphs import CHANGES, STEPS, SWAP, morph
from packshot.evaluation import Instruments, identity_evidence
from packshot.result import Evidence
from packshot.review import LIMITED, IdentityGate

MEASURES = ("identity_shape", "identity_colour", "identity_surface", "identity_structure")


@dataclass(frozen=True)
class Climb:
    """A ladder's truth, and the evidence at each of `STEPS`."""

    change: str
    moved: bool
    evidence: tuple[tuple[Evidence, ...], ...]

    def verdicts(self, gate: IdentityGate) -> list[str]:
        """At each step."""
        return [gate.judge(found).verdict for found in self.evidence]

    def closes_at(self, gate: IdentityGate) -> float | None:
        """The first step that does not pass; None: all pass."""
        return next((step for step, said in zip(STEPS, self.verdicts(gate), strict=True) if said != "pass"), None)

    def reopens(self, gate: IdentityGate) -> bool:
        """Whether a step passes after one that does not."""
        said = [verdict == "pass" for verdict in self.verdicts(gate)]
        return any(later and not earlier for earlier, later in pairwise(said))


def climbed(folder: Path, number: int, instruments: Instruments) -> Climb:
    """Ladder `number`: read where this very code measured it before, else drawn and measured."""
    file = folder / code_digest() / f"{number:05d}.json"
    if not file.exists():
        made = morph(number)
        found = [identity_evidence(picture, made.source, instruments) for picture in made.pictures]
        kept = {
            "change": made.change,
            "moved": made.moved,
            "evidence": [[e.model_dump(mode="json") for e in s] for s in found],
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_suffix(".writing")
        written.write_text(json.dumps(kept), encoding="utf-8")
        written.replace(file)
    read = json.loads(file.read_text(encoding="utf-8"))
    steps = tuple(tuple(Evidence.model_validate(entry) for entry in step) for step in read["evidence"])
    return Climb(read["change"], read["moved"], steps)


def used(evidence: Sequence[Evidence], gate: IdentityGate) -> dict[str, float]:
    """Of each measure, how much of the way from the very same to its limit is gone: above 1 the gate is closed."""
    gone = {}
    for entry in evidence:
        if entry.name in MEASURES and isinstance(entry.value, float):
            name, more_is_better = LIMITED[entry.name]
            best = 1.0 if more_is_better else 0.0
            gone[entry.name] = abs(entry.value - best) / abs(getattr(gate.limits, name) - best)
    return gone


def climb_table(climbs: Sequence[Climb], gate: IdentityGate) -> str:
    """Markdown: one row a change, then one a step."""
    lines = [
        "| turns into | ladders | told | open at 0 | closes at, middle (latest) | closed at half"
        " | closed before the end | opens again |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    groups = [(name, [each for each in climbs if each.change == name]) for name in CHANGES]
    groups += [("on the same paper", [each for each in climbs if not each.moved])]
    groups += [("on another paper", [each for each in climbs if each.moved])]
    groups += [("**all**", list(climbs))]
    lines += [_row(name, own, gate) for name, own in groups if own]
    lines += ["", "| how much is another | ladders | shape | colour | surface | structure | gate passes |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    told = [climb for climb in climbs if _is_told(climb, gate)]
    for place, step in enumerate(STEPS):
        here = [climb.evidence[place] for climb in told]
        means = []
        for measure in MEASURES:
            values = [e.value for found in here for e in found if e.name == measure and isinstance(e.value, float)]
            means.append(f"{np.mean(values):.2f}" if values else "–")
        passes = sum(gate.judge(found).verdict == "pass" for found in here)
        lines.append(f"| {step:g} | {len(here)} | {' | '.join(means)} | {passes} |")
    return "\n".join(lines)


def _is_told(climb: Climb, gate: IdentityGate) -> bool:
    """Whether the gate can say anything of the product as it is: where it cannot, being closed is no merit."""
    return climb.verdicts(gate)[0] != "not checked"


def _row(name: str, climbs: Sequence[Climb], gate: IdentityGate) -> str:
    told = [climb for climb in climbs if _is_told(climb, gate)]
    closing = [climb.closes_at(gate) for climb in told]
    last = [2.0 if step is None else step for step in closing]
    ever = [step for step in last if step <= 1.0]
    opened = sum(step > 0.0 for step in last)
    where = f"{np.median(ever):g} ({max(ever):g}{', or never' if len(ever) < len(last) else ''})" if ever else "never"
    half, before = (_closed(told, gate, step) for step in (SWAP, STEPS[-2]))
    again = sum(climb.reopens(gate) for climb in told)
    return f"| {name} | {len(climbs)} | {len(told)} | {opened} | {where} | {shown(half)} | {shown(before)} | {again} |"


def _closed(climbs: Sequence[Climb], gate: IdentityGate, step: float) -> Share:
    place = STEPS.index(step)
    return Share(sum(climb.verdicts(gate)[place] != "pass" for climb in climbs), len(climbs))

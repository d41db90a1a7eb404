"""The gate against the renderer's truth: one row for each change and ground, and all together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.evidence.counts import Share
from benchmarks.evidence.found import code_digest
from benchmarks.identity.cases import GROUNDS, SAME, SWAPS, Pair, pair
from packshot.evaluation import Instruments, identity_evidence
from packshot.result import Evidence
from packshot.review import IdentityGate

WORDS: Final = {
    "nothing": "the same",
    "lettered": "the same with a word on it",
    "kind": "another kind",
    "product colour": "another product colour",
    "accent colour": "another accent colour",
    "proportions": "other proportions",
    "part": "a part missing",
    "logo": "another word, or none",
}
"""What a table calls a change."""


@dataclass(frozen=True)
class Measured:
    """A pair's truth, and the evidence about it."""

    change: str
    ground: str
    disturbance: str
    evidence: tuple[Evidence, ...]

    @property
    def same(self) -> bool:
        """The truth."""
        return self.change in SAME


def measured(folder: Path, number: int, instruments: Instruments) -> Measured:
    """Pair `number`: read where this very code measured it before, else drawn and measured."""
    file = folder / code_digest() / f"{number:05d}.json"
    if not file.exists():
        drawn = _drawn(folder, number)
        found = identity_evidence(drawn.picture, drawn.source, instruments)
        kept = {
            "change": drawn.change,
            "ground": drawn.ground,
            "disturbance": drawn.disturbance,
            "evidence": [entry.model_dump(mode="json") for entry in found],
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_suffix(".writing")
        written.write_text(json.dumps(kept), encoding="utf-8")
        written.replace(file)
    read = json.loads(file.read_text(encoding="utf-8"))
    evidence = tuple(Evidence.model_validate(entry) for entry in read["evidence"])
    return Measured(read["change"], read["ground"], read["disturbance"], evidence)


def _drawn(folder: Path, number: int) -> Pair:
    """A pair that was drawn before, or is drawn now and kept."""
    file = folder / "drawn" / f"{number:05d}.npz"
    if not file.exists():
        made = pair(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_suffix(".writing.npz")
        np.savez(written, source=made.source, picture=made.picture, truth=[made.change, made.ground, made.disturbance])
        written.replace(file)
    with np.load(file) as kept:
        change, ground, disturbance = (str(word) for word in kept["truth"])
        return Pair(kept["source"], kept["picture"], change, ground, disturbance)


def agreement_table(cases: Sequence[Measured], gate: IdentityGate) -> str:
    """Markdown. Right is a pass of the same product and a closed gate before another."""
    lines = [
        "| picture against its source | pairs | passes | closes | not checked | right, of those checked |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    stays, moved = (
        [case for case in cases if (case.ground == GROUNDS[0]) is on_the_same] for on_the_same in (True, False)
    )
    for where, here in (("the same ground", stays), ("another ground", moved)):
        for change in (*SAME, *SWAPS):
            own = [case for case in here if case.change == change]
            if own:
                lines.append(_row(f"{WORDS.get(change, change)}, {where}", own, gate))
    for ground in GROUNDS[1:]:
        lines.append(_row(f"all on {ground}", [case for case in cases if case.ground == ground], gate))
    lines.append(_row("all of the same product", [case for case in cases if case.same], gate))
    lines.append(_row("all of another product", [case for case in cases if not case.same], gate))
    lines.append(_row("**all on the same ground**", stays, gate))
    lines.append(_row("**all on another ground**", moved, gate))
    lines.append(_row("**all**", cases, gate))
    return "\n".join(lines)


def _row(name: str, cases: Sequence[Measured], gate: IdentityGate) -> str:
    verdicts = [gate.judge(case.evidence).verdict for case in cases]
    counts = [verdicts.count(verdict) for verdict in ("pass", "fail", "not checked")]
    checked = [(case, verdict) for case, verdict in zip(cases, verdicts, strict=True) if verdict != "not checked"]
    right = Share(sum((verdict == "pass") is case.same for case, verdict in checked), len(checked))
    return f"| {name} | {len(cases)} | {counts[0]} | {counts[1]} | {counts[2]} | {shown(right)} |"


def shown(share: Share) -> str:
    """`0.950 (0.910–0.973)`."""
    if share.value is None or share.interval is None:
        return "–"
    return f"{share.value:.3f} ({share.interval[0]:.3f}–{share.interval[1]:.3f})"

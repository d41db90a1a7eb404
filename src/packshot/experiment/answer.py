"""From an experiment as it is stored to what it answers: proposed scores, effects, trends, and what limits them.

Cells are taken one after the other, and of each only its numbers are kept: a plan may have ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from packshot.experiment.effects_findings import Findings, find_effects
from packshot.experiment.observe import observe
from packshot.experiment.observed_seconds import Timed
from packshot.experiment.plan_cells import SMOKE_GROUP
from packshot.result import MeasuredCell, Proposal, Rating

TIMED_BY = ("device_name", "runtime", "precision", "rows", "threads")
"""What a picture's seconds depend on besides its settings."""


@dataclass(slots=True)
class Answer:
    """What an experiment shows, with the proposed scores of its pictures (by run id) and people's ratings (by id)."""

    findings: Findings
    proposals: dict[str, Proposal]
    ratings: dict[str, Rating]


def answer_of(measured: Iterable[MeasuredCell], *, measure: str | None = None, at_least: float | None = None) -> Answer:
    """Everything out of one pass over the cells. Raises RecordError on a measure that the experiment has not."""
    seen = _Seen()
    observations = observe(seen.each(measured), proposals=seen.proposals)
    findings = find_effects(observations, measure=measure, at_least=at_least, caveats=seen.caveats())
    return Answer(replace(findings, seconds=seen.timed.means()), seen.proposals, seen.ratings)


def findings_of(
    measured: Iterable[MeasuredCell], *, measure: str | None = None, at_least: float | None = None
) -> Findings:
    """What an experiment shows. Raises RecordError on a measure that it has not."""
    return answer_of(measured, measure=measure, at_least=at_least).findings


def proposals_of(measured: Iterable[MeasuredCell]) -> dict[str, Proposal]:
    """Proposed scores by run id, of every picture."""
    seen = _Seen()
    for _entry in seen.each(measured):
        pass
    return seen.proposals


@dataclass(slots=True)
class _Seen:
    """What is kept of cells that pass by. A picture is proposed scores for before its cell is handed on."""

    proposals: dict[str, Proposal] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    cells: int = 0
    missing: list[str] = field(default_factory=list)
    timed: Timed = field(default_factory=Timed)
    circumstances: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in TIMED_BY})

    def each(self, measured: Iterable[MeasuredCell]) -> Iterator[MeasuredCell]:
        from packshot.evaluation import propose

        for entry in measured:
            if entry.run is not None and entry.has_picture and entry.run.id not in self.proposals:
                self.proposals[entry.run.id] = propose(entry.evidence, entry.replays)
            self.ratings |= {rating.id: rating for rating in entry.ratings}
            self.timed.add(entry)
            if entry.cell.group != SMOKE_GROUP:
                self._note(entry)
            yield entry

    def _note(self, entry: MeasuredCell) -> None:
        self.cells += 1
        if not entry.has_picture:
            self.missing.append(entry.cell.name)
        if entry.run is not None and entry.run.result is not None:
            for name, values in self.circumstances.items():
                values.add(str(getattr(entry.run.result.provenance, name)))

    def caveats(self) -> tuple[str, ...]:
        """Where seconds cannot be compared fairly, and what is missing."""
        found = []
        if self.missing:
            named = ", ".join(self.missing[:5]) + (", …" if len(self.missing) > 5 else "")
            found.append(f"{len(self.missing)} of {self.cells} cells have no picture: {named}.")
        for name, values in self.circumstances.items():
            if len(values) > 1:
                found.append(f"Seconds come from different circumstances: {name} {', '.join(sorted(values))}.")
        return tuple(found)

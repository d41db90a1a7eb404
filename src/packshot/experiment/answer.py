"""From an experiment as it is stored to what it answers: proposed scores, effects, trends, and what limits them."""

from __future__ import annotations

from collections.abc import Sequence

from packshot.experiment.effects_findings import Findings, find_effects
from packshot.experiment.observe import observe
from packshot.experiment.plan_cells import SMOKE_GROUP
from packshot.result import MeasuredCell, Proposal

TIMED_BY = ("device_name", "runtime", "precision", "rows", "threads")
"""What a picture's seconds depend on besides its settings."""


def proposals_of(measured: Sequence[MeasuredCell]) -> dict[str, Proposal]:
    """Proposed scores by run id, of every picture."""
    from packshot.evaluation import propose

    runs = {entry.run.id: entry for entry in measured if entry.run is not None and entry.has_picture}
    return {run_id: propose(entry.evidence, entry.replays) for run_id, entry in runs.items()}


def findings_of(
    measured: Sequence[MeasuredCell], *, measure: str | None = None, at_least: float | None = None
) -> Findings:
    """What an experiment shows. Raises RecordError on a measure that it has not."""
    observations = observe(measured, proposals=proposals_of(measured))
    return find_effects(observations, measure=measure, at_least=at_least, caveats=_caveats(measured))


def _caveats(measured: Sequence[MeasuredCell]) -> tuple[str, ...]:
    """Where seconds cannot be compared fairly, and what is missing."""
    kept = [entry for entry in measured if entry.cell.group != SMOKE_GROUP]
    found = []
    missing = [entry.cell.name for entry in kept if not entry.has_picture]
    if missing:
        named = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        found.append(f"{len(missing)} of {len(kept)} cells have no picture: {named}.")
    for name in TIMED_BY:
        values = {str(getattr(entry.run.result.provenance, name)) for entry in kept if entry.run and entry.run.result}
        if len(values) > 1:
            found.append(f"Seconds come from different circumstances: {name} {', '.join(sorted(values))}.")
    return tuple(found)

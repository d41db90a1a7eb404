"""What an experiment shows: effects, trends, the front and a recommendation, out of the store alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packshot.experiment import SMOKE_GROUP, Findings, find_effects, observe
from packshot.result import MeasuredCell, Proposal
from packshot.workflow.workbench import Workbench

TIMED_BY = ("device_name", "runtime", "precision", "rows", "threads")
"""What a picture's seconds depend on besides its settings."""


def experiment_effects(
    bench: Workbench,
    experiment: str,
    *,
    measure: str | None = None,
    at_least: float | None = None,
    proposals: Mapping[str, Proposal] | None = None,
) -> Findings:
    """Derive the findings of an experiment. `proposals` are proposed scores by run id.

    Raises RecordError on an unknown experiment or measure.
    """
    measured = bench.store.measured(experiment)
    observations = observe(measured, proposals=proposals or {})
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

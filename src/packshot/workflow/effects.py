"""What an experiment shows: effects, trends, the front and a recommendation, out of the store alone."""

from __future__ import annotations

from packshot.experiment import Findings, findings_of
from packshot.workflow.workbench import Workbench


def experiment_effects(
    bench: Workbench, experiment: str, *, measure: str | None = None, at_least: float | None = None
) -> Findings:
    """Derive the findings of an experiment. Raises RecordError on an unknown experiment or measure."""
    return findings_of(bench.store.each_measured(experiment), measure=measure, at_least=at_least)

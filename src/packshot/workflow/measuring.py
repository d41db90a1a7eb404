"""Evidence about the pictures of runs, kept with them: after each run, and again where the measures have changed."""

from __future__ import annotations

from collections.abc import Callable

from packshot.evaluation import asked_by, evaluate
from packshot.resolve import Order, fit_source
from packshot.result import Pixels, Run, RunState
from packshot.spec import Intent
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench


def measure(bench: Workbench, run_id: str, order: Order, pixels: Pixels) -> None:
    """Derive a run's evidence from its picture (H, W, 3), in place of what was there. Raises StoreError."""
    resolved = order.resolved
    instruments = bench.instruments(resolved.origin.model)
    bench.store.set_evidence(run_id, evaluate(pixels, asked_by(resolved.intent), order.source, instruments))


def measure_again(
    bench: Workbench, experiment: str, *, on_measured: Callable[[str, Run], None] = lambda _cell, _run: None
) -> list[Run]:
    """Derive the evidence of every picture of an experiment anew; returns their runs, each once.

    Needs the pictures and their sources, and no model: where one is away, what it would have measured says so.
    Raises RecordError where there is no such experiment, and StoreError.
    """
    measured: dict[str, Run] = {}
    for cell in bench.store.experiment(experiment).cells:
        if cell.run_id is None or cell.run_id in measured:
            continue
        run = bench.store.run(cell.run_id)
        if run.state is not RunState.SUCCEEDED or run.result is None:
            continue
        intent = run.resolved.intent
        pixels = bench.store.pictures.get(run.result.picture_digest)
        instruments = bench.instruments(run.resolved.origin.model)
        entries = evaluate(pixels, asked_by(intent), _fitted_source(bench, intent), instruments)
        bench.store.set_evidence(run.id, entries)
        measured[run.id] = run
        on_measured(cell.name, run)
    return list(measured.values())


def _fitted_source(bench: Workbench, intent: Intent) -> Pixels | None:
    """The source as the model took it; None where there was none, or it is not at hand any more."""
    if intent.source is None or intent.fit is None:
        return None
    source = KnownSources(bench).by_digest(intent.source.digest)
    return None if source is None else fit_source(source.pixels, (intent.width, intent.height), intent.fit)

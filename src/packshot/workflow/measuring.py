"""Evidence about the pictures of runs, kept with them: after each run, and again where the measures have changed."""

from __future__ import annotations

from packshot.evaluation import asked_by, evaluate
from packshot.resolve import Order, fit_source
from packshot.result import Evidence, Pixels, Run
from packshot.spec import Intent
from packshot.workflow.scoring import score
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench


def measure(bench: Workbench, run_id: str, order: Order, pixels: Pixels) -> None:
    """Derive a run's evidence from its picture (H, W, 3), in place of what was there. Raises StoreError."""
    resolved = order.resolved
    instruments = bench.instruments(resolved.origin.model)
    bench.store.set_evidence(run_id, evaluate(pixels, asked_by(resolved.intent), order.source, instruments))
    score(bench, run_id)


def measure_run(bench: Workbench, run: Run, pixels: Pixels) -> list[Evidence]:
    """The same of a run that was made earlier, from what is stored: its picture (H, W, 3), and its source if at hand.

    Needs no model: where one is away, what it would have measured says so. Raises StoreError.
    """
    intent = run.resolved.intent
    instruments = bench.instruments(run.resolved.origin.model)
    entries = evaluate(pixels, asked_by(intent), fitted_source(bench, intent), instruments)
    bench.store.set_evidence(run.id, entries)
    score(bench, run.id)
    return entries


def fitted_source(bench: Workbench, intent: Intent) -> Pixels | None:
    """The source (H, W, 3) as the model took it; None where there was none, or it is not at hand any more."""
    if intent.source is None or intent.fit is None:
        return None
    source = KnownSources(bench).by_digest(intent.source.digest)
    return None if source is None else fit_source(source.pixels, (intent.width, intent.height), intent.fit)

"""Evidence about the pictures of runs, kept with them: after each run, and again where the measures have changed."""

from __future__ import annotations

from typing import Final

from packshot.evaluation import Instruments, asked_by, evaluate, lock_evidence, propose
from packshot.resolve import Order, fit_source
from packshot.result import Evidence, Pixels, Run
from packshot.spec import Background, Intent
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

ON_WHITE: Final = Instruments(
    no_reader="the product on white is the photo's own, text and all", no_scorer="no words were asked for"
)
"""A photo's product on white was not drawn by a model: nothing is read or compared, which would take seconds."""


def measure(bench: Workbench, run: Run, order: Order, pixels: Pixels) -> None:
    """Derive a run's evidence from its picture (H, W, 3), in place of what was there. Raises StoreError.

    Of a product on white only what its lock measured: all of it takes longer than the picture, of which a catalogue has
    thousands. `packshot evaluate RUN` gives the rest.
    """
    entries = _of_lock(run) if _is_white(run) else _evidence(bench, run, order.source, pixels)
    bench.store.set_evidence(run.id, entries, propose)


def measure_run(bench: Workbench, run: Run, pixels: Pixels) -> list[Evidence]:
    """The same of a run that was made earlier, from what is stored: its picture (H, W, 3), and its source if at hand.

    Needs no model: where one is away, what it would have measured says so. Raises StoreError.
    """
    entries = _evidence(bench, run, fitted_source(bench, run.resolved.intent), pixels)
    bench.store.set_evidence(run.id, entries, propose)
    return entries


def _evidence(bench: Workbench, run: Run, source: Pixels | None, pixels: Pixels) -> list[Evidence]:
    """Of a lock also what it measured, and how far its mask is to be trusted."""
    instruments = ON_WHITE if _is_white(run) else bench.instruments(run.resolved.origin.model)
    return [*evaluate(pixels, asked_by(run.resolved.intent), source, instruments), *_of_lock(run)]


def _of_lock(run: Run) -> list[Evidence]:
    measured = run.result.provenance.lock if run.result is not None else None
    return lock_evidence(measured, run.resolved.origin.lock) if measured is not None else []


def _is_white(run: Run) -> bool:
    lock = run.resolved.intent.lock
    return lock is not None and lock.background is Background.WHITE


def fitted_source(bench: Workbench, intent: Intent) -> Pixels | None:
    """The source (H, W, 3) as the model took it; None where there was none, or it is not at hand any more."""
    if intent.source is None or intent.fit is None:
        return None
    source = KnownSources(bench).by_digest(intent.source.digest)
    return None if source is None else fit_source(source.pixels, (intent.width, intent.height), intent.fit)

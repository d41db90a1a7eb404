"""Everything that is known of one run, for whoever shows it. Measures nothing."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.evaluation import find_faults, propose
from packshot.metadata import encode_png
from packshot.report.overlay import OverlayBox, overlay_boxes
from packshot.result import Evidence, Proposal, Rating, Run
from packshot.workflow.export import picture_of
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Details:
    """A run with what was found out about it.

    `against` is the evidence that cost a proposed score points. `boxes` lie in the picture's pixels. `proposal` is None
    where nothing was measured. `replays` are the newest first, `ratings` the oldest. `cells` are names of experiments
    with those of their cells. `source` is the digest of the source in the store; None where there was none, or it is
    not at hand any more.
    """

    run: Run
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    boxes: tuple[OverlayBox, ...]
    proposal: Proposal | None
    ratings: tuple[Rating, ...]
    replays: tuple[Run, ...]
    cells: tuple[tuple[str, str], ...]
    source: str | None


def details_of(bench: Workbench, reference: str) -> Details:
    """The run of an id or of any unique prefix of one. Raises RecordError and StoreError."""
    store = bench.store
    run = store.run(reference)
    evidence = tuple(store.evidence(run.id))
    replays = tuple(store.replays_of(run.id))
    verdicts = [entry.verdict.sameness for entry in replays if entry.verdict is not None]
    costly = {name for fault in find_faults(evidence) for name in fault.evidence}
    return Details(
        run=run,
        evidence=evidence,
        against=tuple(entry for entry in evidence if entry.name in costly),
        boxes=overlay_boxes(evidence, costly),
        proposal=propose(evidence, verdicts) if evidence else None,
        ratings=tuple(store.ratings(run.id)),
        replays=replays,
        cells=tuple(store.cells_of_run(run.id)),
        source=_source(bench, run),
    )


def picture_file(bench: Workbench, run_id: str) -> bytes:
    """The run's picture as a PNG file that carries its whole record. Raises RecordError where it has none."""
    record, pixels = picture_of(bench, bench.store.run(run_id))
    return encode_png(pixels, record)


def _source(bench: Workbench, run: Run) -> str | None:
    """A packaged source is kept on first sight, so that it has an address like any other."""
    named = run.resolved.intent.source
    if named is None:
        return None
    if bench.store.pictures.has(named.digest):
        return named.digest
    found = KnownSources(bench).by_digest(named.digest)
    return None if found is None else bench.store.keep_source(found.pixels)

"""Runs one claimed order to its end."""

from __future__ import annotations

from packshot.errors import StoreError
from packshot.metadata import UNLABELLED
from packshot.resolve import Order
from packshot.result import Run
from packshot.workflow.flight import Flight, OnEvent, ignore
from packshot.workflow.measuring import measure
from packshot.workflow.sources import keep_source_of
from packshot.workflow.workbench import Workbench


def execute(bench: Workbench, order: Order, run: Run, on_event: OnEvent = ignore) -> Run:
    """Make the picture of a claimed run; returns the run, succeeded or failed.

    Ctrl-C gives the claim back and raises Interrupted: the next call takes the run over.
    """
    with Flight(bench) as flight:
        ended = flight.launch(order, run, on_event)
        while ended is None:
            ended = next(iter(flight.step()), None)
    return ended


def take(bench: Workbench, order: Order, run: Run) -> Run:
    """What was made before, once it is whole: a killed process may have kept a picture without measuring it.

    Raises StoreError where the picture is gone.
    """
    if run.result is None or not bench.store.pictures.is_intact(run.result.picture_digest):
        raise StoreError(
            "store.failed",
            f"the picture of run {run.id} is missing or damaged",
            hint="`packshot verify` tells more; --fresh makes it again",
        )
    if order.source_labels not in (None, UNLABELLED):  # the same pixels may come again in a file that says more
        keep_source_of(bench, order)
    if not bench.store.evidence(run.id):
        pixels = bench.store.pictures.get(run.result.picture_digest)
        measure(bench, run, order, pixels)
    return run

"""Evidence about a picture that an order made, kept with its run."""

from __future__ import annotations

from packshot.evaluation import asked_by, evaluate
from packshot.resolve import Order
from packshot.result import Pixels
from packshot.workflow.workbench import Workbench


def measure(bench: Workbench, run_id: str, order: Order, pixels: Pixels) -> None:
    """Derive a run's evidence from its picture (H, W, 3), in place of what was there. Raises StoreError."""
    resolved = order.resolved
    instruments = bench.instruments(resolved.origin.model)
    bench.store.set_evidence(run_id, evaluate(pixels, asked_by(resolved.intent), order.source, instruments))

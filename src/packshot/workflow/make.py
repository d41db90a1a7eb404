"""One picture: resolve, claim, make, keep, export."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packshot.resolve import Order
from packshot.result import Run, RunState
from packshot.spec import Spec
from packshot.workflow.execute import execute, take
from packshot.workflow.export import check_free, check_target, export_picture
from packshot.workflow.flight import OnEvent, ignore
from packshot.workflow.ordering import order_of
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """A run and where its picture was written; `already` where it was made before and not computed again."""

    run: Run
    order: Order
    already: bool
    path: Path | None


def make_picture(
    bench: Workbench,
    spec: Spec,
    *,
    fresh: bool = False,
    out: Path | None = None,
    on_resolved: Callable[[Order], None] = lambda _order: None,
    on_event: OnEvent = ignore,
) -> Made:
    """Make the picture of a spec, unless it was made before (`fresh` makes it anew).

    Without `out` the file is `<output>/<run id>.png`. A failed run is returned, not raised. Raises what `order_of`
    refuses, and OutputError.
    """
    if out is not None:
        check_target(out)
    order = order_of(bench, spec, KnownSources(bench))
    on_resolved(order)
    if out is not None:
        check_free(out, order.resolved.hash)
    run, already = run_order(bench, order, fresh=fresh, on_event=on_event)
    path = None
    if run.state is RunState.SUCCEEDED:
        path = export_picture(bench, run, out or bench.settings.output / f"{run.id}.png")
    return Made(run, order, already, path)


def run_order(
    bench: Workbench,
    order: Order,
    *,
    fresh: bool = False,
    on_event: OnEvent = ignore,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Run, bool]:
    """Run an order, or take the run that did it before; waits while another process is at it."""
    while True:
        begun = bench.store.begin(order.resolved, fresh=fresh)
        if begun.outcome == "done":
            return take(bench, order, begun.run), True
        if begun.outcome == "claimed":
            return execute(bench, order, begun.run, on_event), False
        sleep(WAIT_S)

"""The proposed rubric's points, kept with each run so that a gallery can filter by them without reading evidence.

They derive from evidence and the verdicts of replays. With new evidence they are kept at once; the store forgets them
with a new verdict, and whoever noted that calls `score`. What is left without (runs from before there were points, a
process killed in between) `score_waiting` fills, a portion at a time.
"""

from __future__ import annotations

from packshot.evaluation import propose
from packshot.result import Proposal
from packshot.workflow.workbench import Workbench


def proposal_of(bench: Workbench, run_id: str) -> Proposal:
    """The proposed scores of a run, from its stored evidence and the verdicts of its replays."""
    verdicts = [run.verdict.sameness for run in bench.store.replays_of(run_id) if run.verdict is not None]
    return propose(bench.store.evidence(run_id), verdicts)


def score(bench: Workbench, run_id: str) -> None:
    """Keep the points that a run's evidence and replays give it now. Raises RecordError, StoreError."""
    proposal = proposal_of(bench, run_id)
    bench.store.set_points(run_id, proposal.points, proposal.evaluated)


def score_waiting(bench: Workbench, limit: int) -> int:
    """Score up to `limit` runs that have evidence and no points, the newest first; returns how many. 0: none is left.

    Raises StoreError.
    """
    waiting = bench.store.unscored(limit)
    for run_id in waiting:
        score(bench, run_id)
    return len(waiting)

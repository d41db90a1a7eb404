"""Many pictures at a time: those that wait for a person, and handing in a whole experiment. Approves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packshot.result import Decision, Review, ReviewState, RunState, Standing, StandingQuery
from packshot.workflow.review import review_picture, state_of
from packshot.workflow.workbench import Workbench

PORTION = 500


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """A page of pictures, and how many there are in each state. `after` begins the next page; None on the last."""

    standings: tuple[Standing, ...]
    counts: dict[ReviewState, int]
    after: int | None


def review_queue(bench: Workbench, query: StandingQuery, *, limit: int = 50, after: int = 0) -> ReviewQueue:
    """Pictures in a state of review, those that stand there longest first. Raises RecordError on an unknown experiment.

    The counts are of all states, with the query's channel and experiment.
    """
    found = bench.store.standings(query, limit=limit, after=after)
    more = bool(found) and bool(bench.store.standings(query, limit=1, after=found[-1].number))
    counts = bench.store.count_standings(query.model_copy(update={"state": None}))
    return ReviewQueue(tuple(found), counts, found[-1].number if more else None)


def submit_experiment(bench: Workbench, experiment: str, by: str, channel: str | None = None) -> Iterator[Review]:
    """Hand every picture of an experiment to review that is still a draft there, one after the other.

    Raises RecordError and ChannelError, as `review_picture` does.
    """
    seen: set[str] = set()
    offset = 0
    while cells := bench.store.cells(experiment, limit=PORTION, offset=offset, state=RunState.SUCCEEDED):
        offset += len(cells)
        for _cell, run in cells:
            if run is None or run.id in seen:
                continue
            seen.add(run.id)
            if state_of(bench, run.id, channel) is ReviewState.DRAFT:
                yield review_picture(bench, run.id, Decision.SUBMIT, by, channel=channel)

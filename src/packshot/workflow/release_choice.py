"""Which pictures a release is about, and by which SKU each goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packshot.errors import RecordError
from packshot.result import RunState, StandingQuery
from packshot.workflow.lookup import find_run
from packshot.workflow.release_names import check_sku
from packshot.workflow.release_request import ReleaseRequest
from packshot.workflow.workbench import Workbench

PORTION = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """A run, how it was named, and its SKU; None where that is not clear, and `unclear` says why."""

    run_id: str
    reference: str
    sku: str | None
    unclear: str = ""


def choose(bench: Workbench, request: ReleaseRequest) -> list[Chosen]:
    """Every picture once, in the order in which it was named, or stands in the experiment, or came to review.

    Of *all approved* these are all that anybody handed in for the channel: what is not approved is told.
    Raises RecordError on names that fit no run or no experiment, and OutputError on a SKU that is none.
    """
    given = [bool(request.runs), request.experiment is not None, request.all_approved]
    if given.count(True) != 1:
        raise RecordError(
            "record.review",
            "not clear which pictures",
            expected="runs by name, or one experiment, or all that are approved",
            got=f"{len(request.runs)} runs, experiment {request.experiment or 'none'}, all: {request.all_approved}",
        )
    if request.experiment is not None:
        found = {run_id: run_id for run_id in _of_experiment(bench, request.experiment)}
    elif request.all_approved:
        found = {run_id: run_id for run_id in _handed_in(bench, request.channel)}
    else:
        found = {}
        for reference in request.runs:
            found.setdefault(find_run(bench, reference).id, reference)
    told = {find_run(bench, reference).id: check_sku(sku) for reference, sku in request.skus.items()}
    if strange := sorted(told.keys() - found.keys()):
        raise RecordError(
            "record.not_found",
            f"run {strange[0]} was given a SKU, and is none of the pictures that shall be released",
            expected="one of them",
            got=strange[0],
        )
    return [
        Chosen(run_id, reference, told[run_id])
        if run_id in told
        else named(bench, run_id, reference, request.experiment)
        for run_id, reference in found.items()
    ]


def named(bench: Workbench, run_id: str, reference: str, experiment: str | None = None) -> Chosen:
    """By its product's SKU in the experiment (or in any), else `<experiment>-<cell>`, else the run's id."""
    places = bench.store.products_of_run(run_id)
    if experiment is not None:
        places = [place for place in places if place[0] == experiment]
    products = sorted({product for _experiment, _cell, product in places if product is not None})
    if len(products) > 1:
        return Chosen(run_id, reference, None, f"it is a picture of several products: {', '.join(products)}")
    if products:
        return Chosen(run_id, reference, products[0])
    return Chosen(run_id, reference, f"{places[0][0]}-{places[0][1]}"[:100] if places else run_id)


def _of_experiment(bench: Workbench, experiment: str) -> Iterator[str]:
    offset = 0
    while cells := bench.store.cells(experiment, limit=PORTION, offset=offset, state=RunState.SUCCEEDED):
        offset += len(cells)
        yield from (run.id for _cell, run in cells if run is not None)


def _handed_in(bench: Workbench, channel: str) -> Iterator[str]:
    after = 0
    while found := bench.store.standings(StandingQuery(channel=channel), limit=PORTION, after=after):
        after = found[-1].number
        yield from (standing.run_id for standing in found)

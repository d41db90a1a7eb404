"""What a person is shown before they decide, what came meanwhile, and approving several that were shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from packshot.errors import RecordError
from packshot.result import Cell, Decision, ReviewState, Run, StandingQuery
from packshot.review import Blocked
from packshot.workflow import (
    Workbench,
    approve_shown,
    line_of,
    next_waiting,
    review_picture,
    review_sheet,
    shown_pictures,
    waiting,
)
from packshot.workflow.against import Against, stands_against
from tests.channels.pictures import rectangle
from tests.store.examples import FAILURE, resolved_spec
from tests.workflow.test_review import APPROVE, GOOD, REJECT, SMALL, SUBMIT, make, refusal

WAITING = StandingQuery(state=ReviewState.IN_REVIEW, channel="ebay")


def handed_in(bench: Workbench, seed: int, side: int = 600) -> Run:
    run = make(bench, rectangle(side + seed, side, 80), seed)
    review_picture(bench, run.id, SUBMIT, "Ada", channel="ebay")
    return run


def test_a_sheet_has_what_was_decided_and_what_stands_against(bench: Workbench) -> None:
    run = make(bench, SMALL)
    sheet = review_sheet(bench, run.id, "ebay")
    assert (sheet.state, sheet.entries, sheet.seen) == (ReviewState.DRAFT, (), frozenset())
    assert [found.rule for found in sheet.blocking] == ["longest side"]
    assert sheet.against is not None
    assert {check.verdict for check in sheet.against.checks} >= {"fail", "not checked"}
    entry = review_picture(bench, run.id, REJECT, "Ada", "too small", "ebay")
    sheet = review_sheet(bench, run.id, "ebay")
    assert (sheet.state, entry.id in sheet.seen, len(sheet.seen)) == (ReviewState.REJECTED, True, 2)
    general = review_sheet(bench, run.id)
    assert (general.state, general.against, general.blocking) == (ReviewState.DRAFT, None, ())


def test_what_was_found_already_is_not_looked_for_again(bench: Workbench) -> None:
    asked: list[str] = []

    def identity(run: Run, channel: str) -> list[Blocked]:
        asked.append(channel)
        return [Blocked("identity", "It is another product.")]

    run = make(bench, GOOD)
    guarded = replace(bench, blockers=(identity,))
    assert [found.rule for found in review_sheet(guarded, run.id, "ebay").blocking] == ["identity"]
    assert review_sheet(guarded, run.id, "ebay", Against((), ())).blocking == ()
    assert asked == ["ebay"]


def test_the_next_one_is_the_oldest_behind_what_was_skipped(bench: Workbench) -> None:
    first, second = handed_in(bench, 1), handed_in(bench, 2)
    found = next_waiting(bench, WAITING)
    assert found is not None
    assert found.run_id == first.id
    behind = next_waiting(bench, WAITING, found.number)
    assert behind is not None
    assert behind.run_id == second.id
    assert next_waiting(bench, WAITING, behind.number) is None
    assert [waiting(bench, channel) for channel in ("ebay", "etsy", None)] == [2, 0, 0]


def test_the_line_of_a_picture_is_where_it_waits(bench: Workbench) -> None:
    run = make(bench, GOOD)
    assert line_of(bench, run.id) is None
    review_picture(bench, run.id, SUBMIT, "Ada", channel="ebay")
    review_picture(bench, run.id, REJECT, "Ada", "no", "etsy")
    assert line_of(bench, run.id) == "ebay", "it waits there, whatever came later elsewhere"
    review_picture(bench, run.id, APPROVE, "Ada", channel="ebay")
    assert line_of(bench, run.id) == "ebay"
    with pytest.raises(RecordError):
        line_of(bench, "01UNKNOWN")


def test_a_decision_that_was_not_known_refuses_and_nothing_is_added(bench: Workbench) -> None:
    run = handed_in(bench, 1)
    seen = review_sheet(bench, run.id, "ebay").seen
    review_picture(bench, run.id, REJECT, "Bob", "a third strap", "ebay")
    error = refusal(lambda: review_picture(bench, run.id, APPROVE, "Ada", channel="ebay", seen=seen))
    assert (error.code, error.message) == ("review.meanwhile", "Bob rejected the picture meanwhile")
    assert error.got == "a third strap"
    assert len(bench.store.entries(run.id)) == 2
    known = review_sheet(bench, run.id, "ebay").seen
    review_picture(bench, run.id, APPROVE, "Ada", channel="ebay", seen=known)
    assert review_sheet(bench, run.id, "ebay").state is ReviewState.APPROVED


def test_what_is_said_for_other_channels_or_only_hands_in_does_not_refuse(bench: Workbench) -> None:
    run = make(bench, GOOD)
    review_picture(bench, run.id, SUBMIT, "Bob", channel="ebay")
    review_picture(bench, run.id, APPROVE, "Bob", channel="shopify")
    review_picture(bench, run.id, APPROVE, "Ada", channel="ebay", seen=())
    error = refusal(lambda: review_picture(bench, run.id, APPROVE, "Bob", channel="ebay", seen=()))
    assert error.code == "review.meanwhile"
    seen = review_sheet(bench, run.id, "ebay").seen
    review_picture(bench, run.id, REJECT, "Bob", "nowhere")
    error = refusal(lambda: review_picture(bench, run.id, APPROVE, "Ada", channel="ebay", seen=seen))
    assert error.code == "review.meanwhile", "a rejection in general speaks of every channel"


def test_several_are_approved_each_by_its_own_entry_and_blocked_ones_are_not(bench: Workbench) -> None:
    runs = [handed_in(bench, 1), handed_in(bench, 2), handed_in(bench, 3, side=300)]
    late = handed_in(bench, 4)
    standings = bench.store.standings(WAITING, limit=3)
    against = {run.id: stands_against(bench, run, "ebay") for run in runs}
    page = shown_pictures(bench, standings, against)
    assert [bool(each.blocking) for each in page] == [False, False, True]
    assert page[0].to_see == ()
    assert page[0].always_to_see == ("JPEG quality", "no text", "no border", "no watermark")
    shown = {each.standing.run_id: each.seen for each in page}
    with pytest.raises(RecordError) as caught:
        approve_shown(bench, [runs[0].id, late.id], shown, "Ada", "ebay")
    assert (caught.value.code, caught.value.got) == ("review.unseen", late.id)
    assert len(bench.store.entries(runs[0].id)) == 1, "nothing is half-done"
    review_picture(bench, runs[1].id, REJECT, "Bob", "a scratch", "ebay")
    done = approve_shown(bench, [run.id for run in (*runs, runs[0])], shown, "Ada", "ebay")
    assert [entry.run_id for entry in done.approved] == [runs[0].id]
    assert {run: error.code for run, error in done.refused.items()} == {
        runs[1].id: "review.meanwhile",
        runs[2].id: "review.blocked",
    }
    assert done.approved[0].checks
    assert [str(entry.decision) for entry in bench.store.entries(runs[0].id)] == [Decision.SUBMIT, Decision.APPROVE]


def test_a_queue_is_narrowed_by_product_and_model(bench: Workbench) -> None:
    runs = [handed_in(bench, seed) for seed in (1, 2)]
    cells = [
        Cell(
            name=f"c{n}",
            position=n,
            group="g",
            arm="a",
            spec_hash=run.spec_hash,
            change={},
            run_id=run.id,
            product=name,
        )
        for n, (run, name) in enumerate(zip(runs, ("mug", "bag"), strict=True))
    ]
    bench.store.save_experiment("lab", {"v": 1}, cells)

    def found(**asked: str) -> list[str]:
        query = WAITING.model_copy(update=asked)
        standings = bench.store.standings(query, limit=9)
        assert sum(bench.store.count_standings(query).values()) == len(standings)
        return [standing.run_id for standing in standings]

    assert found(product="bag") == [runs[1].id]
    assert found(product="hat") == []
    assert found(model="tiny") == [run.id for run in runs]
    assert found(model="other") == []
    assert found(product="mug", experiment="lab", model="tiny") == [runs[0].id]


def test_what_could_not_be_measured_is_told_from_what_nothing_measures(bench: Workbench) -> None:
    run = make(bench, np.full((600, 600, 3), 255, np.uint8))
    review_picture(bench, run.id, SUBMIT, "Ada", channel="google-merchant")
    standings = bench.store.standings(StandingQuery(channel="google-merchant"), limit=1)
    (page,) = shown_pictures(bench, standings, {run.id: stands_against(bench, run, "google-merchant")})
    assert page.to_see == ("fill",)
    assert page.always_to_see == ("no watermark", "no border", "no overlay")


def test_a_run_without_a_picture_has_no_sheet(bench: Workbench) -> None:
    run = bench.store.fail(bench.store.begin(resolved_spec(1)).run.id, FAILURE)
    for channel in ("ebay", None):
        assert refusal(lambda c=channel: review_sheet(bench, run.id, c)).code == "record.unfinished"

"""Decisions with checks and blockers behind them, and bulk submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from packshot.errors import ChannelError, PackshotError, RecordError
from packshot.result import Cell, Decision, Pixels, ReviewState, RuleOutcome, Run, StandingQuery
from packshot.review import Blocked
from packshot.workflow import Workbench, review_picture, review_queue, state_of, submit_experiment, trail_of
from tests.channels.pictures import rectangle
from tests.store.examples import resolved_spec, result_of

APPROVE, REJECT, SUBMIT = Decision.APPROVE, Decision.REJECT, Decision.SUBMIT
GOOD, SMALL = rectangle(600, 600, 80), rectangle(300, 300, 80)


def make(bench: Workbench, pixels: Pixels, seed: int = 1) -> Run:
    run = bench.store.begin(resolved_spec(seed)).run
    return bench.store.finish(run.id, pixels, result_of(pixels))


def refusal(decide: Callable[[], Any]) -> PackshotError:
    with pytest.raises(PackshotError) as caught:
        decide()
    return caught.value


def test_an_approval_keeps_what_the_rules_said(bench: Workbench) -> None:
    run = make(bench, GOOD)
    entry = review_picture(bench, run.id, APPROVE, "Ada", channel="ebay")
    assert {outcome.verdict for outcome in entry.checks} == {"pass", "advice", "not checked"}
    assert entry.overrides == ()
    assert bench.store.entries(run.id)[-1] == entry
    assert state_of(bench, run.id, "ebay") is ReviewState.APPROVED


def test_a_failing_rule_blocks_an_approval_for_the_channel_alone(bench: Workbench) -> None:
    run = make(bench, SMALL)
    error = refusal(lambda: review_picture(bench, run.id, APPROVE, "Ada", channel="ebay"))
    assert isinstance(error, RecordError)
    assert error.code == "review.blocked"
    assert error.got is not None
    assert "side" in error.got
    assert bench.store.entries(run.id) == [], "nothing is half-written"
    review_picture(bench, run.id, APPROVE, "Ada")
    review_picture(bench, run.id, SUBMIT, "Ada", channel="ebay")
    review_picture(bench, run.id, REJECT, "Ada", "too small", channel="ebay")
    assert refusal(lambda: review_picture(bench, run.id, APPROVE, "Ada", channel="ebay")).code == "review.blocked"


def test_rules_of_files_do_not_block_pixels(bench: Workbench) -> None:
    """A PNG is not what zalando takes, and no picture in the workspace carries a label: both come with the release."""
    run = make(bench, rectangle(1100, 1584, 88))
    entry = review_picture(bench, run.id, APPROVE, "Ada", channel="zalando")
    verdicts = {outcome.rule: outcome.verdict for outcome in entry.checks}
    assert verdicts["format"] == "not checked"
    assert "pass" in verdicts.values()


def test_an_override_needs_a_reason_and_is_marked(bench: Workbench) -> None:
    run = make(bench, SMALL)
    for decision, channel, reason in (
        (APPROVE, "ebay", ""),
        (APPROVE, "ebay", "  "),
        (APPROVE, None, "so"),
        (SUBMIT, "ebay", "so"),
    ):
        error = refusal(
            lambda d=decision, c=channel, r=reason: review_picture(bench, run.id, d, "Ada", r, c, override=True)
        )
        assert error.code == "record.review"
    entry = review_picture(bench, run.id, APPROVE, "Ada", "meant so", "ebay", override=True)
    assert entry.overrides == tuple(outcome.rule for outcome in entry.checks if outcome.verdict == "fail")
    assert entry.overrides
    good = make(bench, GOOD, seed=2)
    assert review_picture(bench, good.id, APPROVE, "Ada", "meant so", "ebay", override=True).overrides == ()


def test_a_blocker_stands_against_it_like_a_rule(bench: Workbench) -> None:
    asked: list[tuple[str, str]] = []

    def identity(run: Run, channel: str) -> list[Blocked]:
        asked.append((run.id, channel))
        return [Blocked("identity", "It is another product.")]

    run = make(bench, GOOD)
    guarded = replace(bench, blockers=(lambda _run, _channel: [], identity))
    error = refusal(lambda: review_picture(guarded, run.id, APPROVE, "Ada", channel="ebay"))
    assert (error.code, error.got) == ("review.blocked", "identity")
    assert "It is another product." in error.message
    assert asked == [(run.id, "ebay")]
    entry = review_picture(guarded, run.id, APPROVE, "Ada", "it is not", "ebay", override=True)
    assert entry.overrides == ("identity",)
    assert RuleOutcome(rule="identity", verdict="fail") in entry.checks
    review_picture(guarded, run.id, APPROVE, "Ada")
    assert len(asked) == 2, "in general there is no channel to block"


def test_another_ones_decision_in_between_is_heard(bench: Workbench) -> None:
    run = make(bench, GOOD)

    def meanwhile(run: Run, channel: str) -> list[Blocked]:
        review_picture(bench, run.id, SUBMIT, "Bob", channel=channel)
        return []

    review_picture(replace(bench, blockers=(meanwhile,)), run.id, APPROVE, "Ada", channel="ebay")
    told = [(entry.by, str(entry.decision)) for entry in trail_of(bench, run.id).reviews]
    assert told == [("Bob", "submit"), ("Ada", "approve")], "handed in once"


def test_an_experiment_is_handed_in_once_and_queues(bench: Workbench) -> None:
    runs = [make(bench, rectangle(64 + seed, 64, 80), seed) for seed in range(3)]
    shared = [*runs, runs[0]]
    cells = [
        Cell(name=f"c{n}", position=n, group="g", arm="a", spec_hash=run.spec_hash, change={}, run_id=run.id)
        for n, run in enumerate(shared)
    ]
    waiting = Cell(name="open", position=9, group="g", arm="a", spec_hash="x", change={})
    bench.store.save_experiment("lab", {"v": 1}, [*cells, waiting])
    review_picture(bench, runs[1].id, SUBMIT, "Bob", channel="ebay")
    assert [entry.run_id for entry in submit_experiment(bench, "lab", "Ada", "ebay")] == [runs[0].id, runs[2].id]
    assert list(submit_experiment(bench, "lab", "Ada", "ebay")) == []
    query = StandingQuery(state=ReviewState.IN_REVIEW, channel="ebay", experiment="lab")
    first = review_queue(bench, query, limit=2)
    assert [standing.run_id for standing in first.standings] == [runs[1].id, runs[0].id]
    assert first.counts == {ReviewState.IN_REVIEW: 3}
    assert first.after is not None
    last = review_queue(bench, query, limit=2, after=first.after)
    assert ([standing.run_id for standing in last.standings], last.after) == ([runs[2].id], None)
    with pytest.raises(RecordError):
        list(submit_experiment(bench, "none", "Ada"))
    with pytest.raises(ChannelError):
        list(submit_experiment(bench, "lab", "Ada", "ebey"))

"""The states of a review, by every order of decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from pydantic import ValidationError

from packshot.errors import RecordError
from packshot.result import Decision, Review, ReviewState
from packshot.review import next_state, state_after

MINE, OTHER = "a" * 64, "b" * 64
SUBMIT, APPROVE, REJECT = Decision.SUBMIT, Decision.APPROVE, Decision.REJECT
DRAFT, IN_REVIEW = ReviewState.DRAFT, ReviewState.IN_REVIEW
APPROVED, REJECTED = ReviewState.APPROVED, ReviewState.REJECTED


def entry(decision: Decision, channel: str | None = None, digest: str = MINE, **fields: str) -> Review:
    given = {"by": "Ada", "reason": "so"} | fields
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    return Review(
        id="0" * 26,
        run_id="1" * 26,
        picture_digest=digest,
        decision=decision,
        channel=channel,
        created_at=moment,
        **given,
    )


TABLE = {
    (DRAFT, SUBMIT): IN_REVIEW,
    (IN_REVIEW, APPROVE): APPROVED,
    (IN_REVIEW, REJECT): REJECTED,
    (APPROVED, APPROVE): APPROVED,
    (APPROVED, REJECT): REJECTED,
    (REJECTED, APPROVE): APPROVED,
    (REJECTED, REJECT): REJECTED,
}


@pytest.mark.parametrize(("state", "decision"), list(product(ReviewState, Decision)))
def test_every_step_is_possible_or_refused(state: ReviewState, decision: Decision) -> None:
    if (state, decision) in TABLE:
        assert next_state(state, decision) is TABLE[state, decision]
        return
    with pytest.raises(RecordError) as caught:
        next_state(state, decision)
    assert caught.value.code == "record.review"
    assert str(state) in caught.value.message


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        ([], DRAFT),
        ([SUBMIT], IN_REVIEW),
        ([SUBMIT, APPROVE], APPROVED),
        ([SUBMIT, APPROVE, REJECT], REJECTED),
        ([SUBMIT, REJECT, APPROVE], APPROVED),
    ],
)
def test_the_newest_entry_holds(decisions: list[Decision], state: ReviewState) -> None:
    assert state_after([entry(decision) for decision in decisions], MINE) is state


def test_an_approval_is_for_exactly_these_pixels() -> None:
    trail = [entry(SUBMIT), entry(APPROVE)]
    assert state_after(trail, MINE) is APPROVED
    assert state_after(trail, OTHER) is DRAFT
    assert state_after([*trail, entry(REJECT, digest=OTHER)], MINE) is APPROVED


def test_an_approval_is_for_its_channel_alone() -> None:
    trail = [entry(SUBMIT, "ebay"), entry(APPROVE, "ebay")]
    assert [state_after(trail, MINE, channel) for channel in ("ebay", "etsy", None)] == [APPROVED, DRAFT, DRAFT]
    general = [entry(SUBMIT), entry(APPROVE)]
    assert [state_after(general, MINE, channel) for channel in ("ebay", None)] == [DRAFT, APPROVED]


def test_a_rejection_in_general_takes_every_approval_back() -> None:
    trail = [entry(SUBMIT, "ebay"), entry(APPROVE, "ebay"), entry(REJECT)]
    assert [state_after(trail, MINE, channel) for channel in ("ebay", None)] == [REJECTED, REJECTED]
    again = [*trail, entry(APPROVE, "ebay")]
    assert [state_after(again, MINE, channel) for channel in ("ebay", None)] == [APPROVED, REJECTED]
    elsewhere = [entry(SUBMIT), entry(APPROVE), entry(REJECT, "ebay")]
    assert [state_after(elsewhere, MINE, channel) for channel in ("ebay", None)] == [REJECTED, APPROVED]


@pytest.mark.parametrize(
    "fields",
    [{"by": ""}, {"by": "  "}, {"by": "x" * 101}, {"by": "Ada\nBob"}, {"reason": ""}, {"reason": " "}, {"digest": "a"}],
)
def test_a_rejection_has_a_name_a_reason_and_a_whole_digest(fields: dict[str, str]) -> None:
    assert entry(REJECT)
    with pytest.raises(ValidationError):
        entry(REJECT, **fields)


def test_an_approval_needs_no_reason_and_cannot_be_changed() -> None:
    approval = entry(APPROVE, reason="")
    with pytest.raises(ValidationError):
        approval.decision = REJECT  # type: ignore[misc]

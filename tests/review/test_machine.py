"""The states of a review, by every order of decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from packshot.errors import RecordError
from packshot.result import Decision, EditKind, Release, Review, ReviewState, RuleOutcome
from packshot.review import next_state, state_after

MINE, OTHER = "a" * 64, "b" * 64
SUBMIT, APPROVE, REJECT = Decision.SUBMIT, Decision.APPROVE, Decision.REJECT
DRAFT, IN_REVIEW = ReviewState.DRAFT, ReviewState.IN_REVIEW
APPROVED, REJECTED, RELEASED = ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.RELEASED


def entry(decision: Decision, channel: str | None = None, digest: str = MINE, **fields: Any) -> Review:
    given: dict[str, Any] = {"by": "Ada", "reason": "so"} | fields
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


def released(channel: str = "ebay", digest: str = MINE) -> Release:
    return Release(
        id="2" * 26,
        run_id="1" * 26,
        picture_digest=digest,
        channel=channel,
        by="Ada",
        approval="0" * 26,
        file_name="mug.jpg",
        file_digest="f" * 64,
        edit=EditKind.GENERATED,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


TABLE = {
    (DRAFT, SUBMIT): IN_REVIEW,
    (IN_REVIEW, APPROVE): APPROVED,
    (IN_REVIEW, REJECT): REJECTED,
    (APPROVED, APPROVE): APPROVED,
    (APPROVED, REJECT): REJECTED,
    (REJECTED, APPROVE): APPROVED,
    (REJECTED, REJECT): REJECTED,
    (RELEASED, APPROVE): APPROVED,
    (RELEASED, REJECT): REJECTED,
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


def test_a_release_is_for_its_channel_and_pixels_until_the_next_decision() -> None:
    trail = [entry(SUBMIT, "ebay"), entry(APPROVE, "ebay"), entry(SUBMIT, "etsy"), released()]
    assert [state_after(trail, MINE, channel) for channel in ("ebay", "etsy", None)] == [RELEASED, IN_REVIEW, DRAFT]
    assert state_after([*trail, released("etsy", OTHER)], MINE, "etsy") is IN_REVIEW
    assert state_after([*trail, entry(REJECT)], MINE, "ebay") is REJECTED
    assert state_after([*trail, entry(APPROVE, "ebay")], MINE, "ebay") is APPROVED


def test_an_override_is_an_approval_for_a_channel_with_a_reason() -> None:
    fields = {"checks": (RuleOutcome(rule="fill", verdict="fail"),), "overrides": ("fill",)}
    assert entry(APPROVE, "ebay", **fields).overrides == ("fill",)
    for decision, channel, reason in ((APPROVE, "ebay", " "), (APPROVE, None, "so"), (REJECT, "ebay", "so")):
        with pytest.raises(ValidationError):
            entry(decision, channel, reason=reason, **fields)


@pytest.mark.parametrize("name", ["", "../mug.jpg", "a b.jpg", "x" * 101, "mug\n.jpg"])
def test_a_release_has_a_safe_files_name(name: str) -> None:
    with pytest.raises(ValidationError):
        Release.model_validate(released().model_dump() | {"file_name": name})


@pytest.mark.parametrize(
    "fields",
    [{"by": ""}, {"by": "  "}, {"by": "x" * 101}, {"by": "Ada\nBob"}, {"reason": ""}, {"reason": " "}, {"digest": "a"}],
)
def test_a_rejection_has_a_name_a_reason_and_a_whole_digest(fields: dict[str, Any]) -> None:
    assert entry(REJECT)
    with pytest.raises(ValidationError):
        entry(REJECT, **fields)


def test_an_approval_needs_no_reason_and_cannot_be_changed() -> None:
    approval = entry(APPROVE, reason="")
    with pytest.raises(ValidationError):
        approval.decision = REJECT  # type: ignore[misc]

"""The state machine of a review. Pure: entries in, state out. Knows neither store nor clock, and releases nothing.

    draft ──submit──► in_review ──approve──► approved
                          └──────reject───► rejected

What is approved or rejected may be approved or rejected again: the newest entry holds, the older ones stay readable.
Every channel has a line of its own, and the picture in general (no channel) has one too. An approval in general
approves for no channel; a rejection in general takes every channel's approval back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from packshot.errors import RecordError
from packshot.result import Decision, Review, ReviewState

LEADS_TO: Final[dict[Decision, ReviewState]] = {
    Decision.SUBMIT: ReviewState.IN_REVIEW,
    Decision.APPROVE: ReviewState.APPROVED,
    Decision.REJECT: ReviewState.REJECTED,
}

POSSIBLE: Final[dict[ReviewState, frozenset[Decision]]] = {
    ReviewState.DRAFT: frozenset({Decision.SUBMIT}),
    ReviewState.IN_REVIEW: frozenset({Decision.APPROVE, Decision.REJECT}),
    ReviewState.APPROVED: frozenset({Decision.APPROVE, Decision.REJECT}),
    ReviewState.REJECTED: frozenset({Decision.APPROVE, Decision.REJECT}),
}


def state_after(reviews: Iterable[Review], picture_digest: str, channel: str | None = None) -> ReviewState:
    """Where exactly these pixels stand for a channel, or in general. `reviews` are one run's, oldest first.

    Entries about other pixels say nothing about these.
    """
    state = ReviewState.DRAFT
    for entry in reviews:
        if entry.picture_digest == picture_digest and _speaks_of(entry, channel):
            state = LEADS_TO[entry.decision]
    return state


def next_state(state: ReviewState, decision: Decision) -> ReviewState:
    """Where a decision leads. Raises RecordError (record.review) where it is not possible in that state."""
    if decision not in POSSIBLE[state]:
        raise RecordError(
            "record.review",
            f"not possible while the picture is {state}: {decision}",
            expected=" or ".join(sorted(POSSIBLE[state])),
            got=str(decision),
        )
    return LEADS_TO[decision]


def _speaks_of(entry: Review, channel: str | None) -> bool:
    return entry.channel == channel or (entry.channel is None and entry.decision is Decision.REJECT)

"""The state machine of a review. Pure: entries in, state out. Knows neither store nor clock, and releases nothing.

    draft ──submit──► in_review ──approve──► approved ──release──► released
                          └──────reject───► rejected

What is approved, rejected or released may be approved or rejected again: the newest entry holds, the older ones stay
readable. Every channel has a line of its own, and the picture in general (no channel) has one too. An approval in
general approves for no channel; a rejection in general takes every channel's approval back. Whether a release is
allowed says `packshot.review.gate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from packshot.errors import RecordError
from packshot.result import LEADS_TO, Decision, Entry, ReviewState, leads_to, speaks_of

AGAIN: Final = frozenset({Decision.APPROVE, Decision.REJECT})
POSSIBLE: Final[dict[ReviewState, frozenset[Decision]]] = {
    ReviewState.DRAFT: frozenset({Decision.SUBMIT}),
    ReviewState.IN_REVIEW: AGAIN,
    ReviewState.APPROVED: AGAIN,
    ReviewState.REJECTED: AGAIN,
    ReviewState.RELEASED: AGAIN,
}


def state_after(entries: Iterable[Entry], picture_digest: str, channel: str | None = None) -> ReviewState:
    """Where exactly these pixels stand for a channel, or in general. `entries` are one run's, oldest first.

    Entries about other pixels say nothing about these.
    """
    state = ReviewState.DRAFT
    for entry in entries:
        if entry.picture_digest == picture_digest and speaks_of(entry, channel):
            state = leads_to(entry)
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

"""Where a picture stands for one place to sell: what an entry of the trail leads to, and what a review queue lists."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from packshot.result.release import Release
from packshot.result.review import Decision, ReviewState
from packshot.result.trail import Entry
from packshot.spec import Frozen

LEADS_TO: Final[dict[Decision, ReviewState]] = {
    Decision.SUBMIT: ReviewState.IN_REVIEW,
    Decision.APPROVE: ReviewState.APPROVED,
    Decision.REJECT: ReviewState.REJECTED,
}


def leads_to(entry: Entry) -> ReviewState:
    """The state of what an entry speaks of, from then on."""
    return ReviewState.RELEASED if isinstance(entry, Release) else LEADS_TO[entry.decision]


def speaks_of(entry: Entry, channel: str | None) -> bool:
    """Whether an entry changes where its picture stands for a channel (None: in general).

    A rejection in general takes every channel's approval back; an approval in general approves for no channel.
    """
    if entry.channel == channel:
        return True
    return entry.channel is None and leads_to(entry) is ReviewState.REJECTED


class StandingQuery(Frozen):
    """Which pictures. What is None is not asked for; `in_general` asks for those without channel.

    `product` is that of an experiment's row, `model` as it was written.
    """

    state: ReviewState | None = None
    channel: str | None = None
    in_general: bool = False
    experiment: str | None = None
    product: str | None = None
    model: str | None = None


class Standing(Frozen):
    """A run's picture in a state for a channel (None: in general), since the trail's row `number`, by whom and when."""

    number: int
    run_id: str
    picture_digest: str
    channel: str | None
    state: ReviewState
    by: str
    since: datetime

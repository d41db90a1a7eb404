"""A person's decision on a picture. Nothing here releases: a release comes later, and asks for an approval."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from packshot.result.check import CheckVerdict
from packshot.spec import Frozen

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
ChannelName = Annotated[str, Field(min_length=1, max_length=100)]


class Decision(StrEnum):
    """What a person does with a picture: hand it to review, approve it, reject it."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"


class ReviewState(StrEnum):
    """draft → in_review → approved or rejected → released; what was decided may be decided again by a new entry."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"


class RuleOutcome(Frozen):
    """What a rule said when the decision was made: one of the channel's checks, or a blocker by its name."""

    rule: str
    verdict: CheckVerdict


class Review(Frozen):
    """One entry of a run's audit trail: who, when, what, why, for exactly which pixels.

    Append-only. `picture_digest` is `packshot.result.picture_digest` of the pixels that were decided on: other pixels
    are not approved by it. `channel` is the place to sell that it was decided for, None for the picture in general.
    `checks` is what spoke for and against an approval, `overrides` the rules that failed and were approved all the
    same.
    """

    id: str
    run_id: str
    picture_digest: Digest
    decision: Decision
    by: Name
    reason: Words = ""
    channel: ChannelName | None = None
    checks: tuple[RuleOutcome, ...] = ()
    overrides: tuple[str, ...] = ()
    created_at: datetime

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision is Decision.REJECT and not self.reason:
            raise ValueError("a rejection needs a reason")
        if self.overrides and not self.reason:
            raise ValueError("an override needs a reason")
        if self.overrides and (self.decision is not Decision.APPROVE or self.channel is None):
            raise ValueError("only an approval for a channel overrides rules")
        return self

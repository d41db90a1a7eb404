"""A person's decision on a picture. Nothing here releases: a release comes later, and asks for an approval."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from packshot.spec import Frozen

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Decision(StrEnum):
    """What a person does with a picture: hand it to review, approve it, reject it."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"


class ReviewState(StrEnum):
    """draft → in_review → approved or rejected; what was decided may be decided again by a new entry."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"


class Review(Frozen):
    """One entry of a run's audit trail: who, when, what, why, for exactly which pixels.

    Append-only. `picture_digest` is `packshot.result.picture_digest` of the pixels that were decided on: other pixels
    are not approved by it. `channel` is the place to sell that it was decided for, None for the picture in general.
    """

    id: str
    run_id: str
    picture_digest: Digest
    decision: Decision
    by: Name
    reason: Words = ""
    channel: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    created_at: datetime

    @model_validator(mode="after")
    def _a_rejection_says_why(self) -> Self:
        if self.decision is Decision.REJECT and not self.reason:
            raise ValueError("a rejection needs a reason")
        return self

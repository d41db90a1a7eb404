"""A person's scores for one picture: the rubric of five criteria, each 0, 1 or 2, total of 10."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packshot.spec import Frozen


class Criterion(StrEnum):
    """The five criteria."""

    ADHERENCE = "adherence"
    REALISM = "realism"
    ARTIFACTS = "artifacts"
    USABILITY = "usability"
    REPRODUCIBILITY = "reproducibility"


MEANING: dict[Criterion, tuple[str, str, str]] = {
    Criterion.ADHERENCE: (
        "another product or scene than the prompt's",
        "the product is right, an attribute (colour, background, light) is not",
        "everything the prompt asks for is there",
    ),
    Criterion.REALISM: (
        "nobody would take it for a photo",
        "a photo at first sight, not at second",
        "holds as a product photo at full size",
    ),
    Criterion.ARTIFACTS: (
        "broken or extra parts, text or marks that nobody asked for",
        "small flaws that retouching removes",
        "none seen at full size",
    ),
    Criterion.USABILITY: (
        "cannot be shown in a shop",
        "could be shown after retouching",
        "could be shown as it is",
    ),
    Criterion.REPRODUCIBILITY: (
        "cannot be made again from its record",
        "a replay comes close",
        "a replay was identical",
    ),
}
"""What 0, 1 and 2 mean."""

Score = Annotated[int, Field(ge=0, le=2, strict=True)]


class CriterionScore(Frozen):
    """A score and the reason for it."""

    score: Score
    reason: str = ""


class Rating(Frozen):
    """One person's scores for one run. Append-only: a second rating by the same person stands beside the first.

    `blind` says that the rater was shown neither the settings nor the proposal. Such a rating may leave
    reproducibility out: it cannot be seen.
    """

    id: str
    run_id: str
    rater: Annotated[str, Field(min_length=1, max_length=100)]
    created_at: datetime
    scores: dict[Criterion, CriterionScore]
    blind: bool = False

    @property
    def total(self) -> int | None:
        """Of 10; None unless all five criteria have a score."""
        complete = len(self.scores) == len(Criterion)
        return sum(entry.score for entry in self.scores.values()) if complete else None

"""Scores proposed from evidence: kept apart from people's, always."""

from __future__ import annotations

from packshot.result.rating import Criterion, Score
from packshot.spec import Frozen


class ProposedScore(Frozen):
    """A score with its reason in words, and the names of the evidence that it rests on.

    `score` is None where the evidence does not suffice: the criterion is *not evaluated*, and `reason` says why.
    """

    score: Score | None
    reason: str
    evidence: tuple[str, ...] = ()


class Proposal(Frozen):
    """A score, or the lack of one, for each of the five criteria."""

    scores: dict[Criterion, ProposedScore]

    @property
    def evaluated(self) -> int:
        """How many criteria have a score."""
        return sum(entry.score is not None for entry in self.scores.values())

    @property
    def points(self) -> int:
        """The sum of the criteria that have a score: to be read beside `evaluated`, never alone."""
        return sum(entry.score for entry in self.scores.values() if entry.score is not None)

    @property
    def total(self) -> int | None:
        """Of 10; None unless all five are evaluated."""
        return self.points if self.evaluated == len(Criterion) else None

"""A person's scores for a picture."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from packshot.errors import RecordError
from packshot.result import Criterion, CriterionScore, Rating, RunState, new_ulid
from packshot.workflow.lookup import find_run
from packshot.workflow.workbench import Workbench

Scores = Mapping[Criterion, tuple[int, str]]
"""A score and its reason for each criterion."""


def rate(bench: Workbench, reference: str, rater: str, scores: Scores, *, blind: bool = False) -> Rating:
    """Keep five scores of 0, 1 or 2 with their reasons. Earlier ratings stay. Raises RecordError.

    `blind` says that the rater saw neither settings nor proposal; then reproducibility may be left out.
    """
    run = find_run(bench, reference)
    if run.state is not RunState.SUCCEEDED:
        raise RecordError(
            "record.unfinished", f"run {run.id} has no picture to rate", expected="succeeded", got=str(run.state)
        )
    check_complete(scores, blind=blind)
    name = rater.strip()
    try:
        rating = Rating(
            id=new_ulid(bench.now(), bench.random_bytes),
            run_id=run.id,
            rater=name,
            created_at=bench.now(),
            scores={c: CriterionScore(score=score, reason=reason.strip()) for c, (score, reason) in scores.items()},
            blind=blind,
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecordError(
            "record.rating",
            f"not a rating: {where}",
            expected="scores of 0, 1 or 2, and a name of 1 to 100 characters",
            got=repr(first["input"]),
        ) from error
    bench.store.add_rating(rating)
    return rating


def needed_criteria(*, blind: bool) -> tuple[Criterion, ...]:
    """What a rating has to score. Reproducibility cannot be seen, so a blind rater may leave it out."""
    return tuple(c for c in Criterion if not (blind and c is Criterion.REPRODUCIBILITY))


def check_complete(scores: Scores, *, blind: bool, where: str = "the rating") -> None:
    """Raise RecordError where a score is missing; `where` names the rating."""
    needed = needed_criteria(blind=blind)
    missing = [criterion.value for criterion in needed if criterion not in scores]
    if missing:
        raise RecordError(
            "record.rating",
            f"{where} is not complete",
            expected=f"a score for {', '.join(needed)}",
            got=f"none for {', '.join(missing)}",
        )

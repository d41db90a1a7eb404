"""A person's scores for a picture."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from packshot.errors import RecordError
from packshot.result import Criterion, CriterionScore, Rating, RunState, new_ulid
from packshot.workflow.lookup import find_run
from packshot.workflow.workbench import Workbench


def rate(bench: Workbench, reference: str, rater: str, scores: Mapping[Criterion, tuple[int, str]]) -> Rating:
    """Keep five scores of 0, 1 or 2 with their reasons. Earlier ratings stay. Raises RecordError."""
    run = find_run(bench, reference)
    if run.state is not RunState.SUCCEEDED:
        raise RecordError(
            "record.unfinished", f"run {run.id} has no picture to rate", expected="succeeded", got=str(run.state)
        )
    missing = [criterion.value for criterion in Criterion if criterion not in scores]
    if missing:
        raise RecordError(
            "record.rating",
            "the rating is not complete",
            expected="a score for each of the five criteria",
            got=f"none for {', '.join(missing)}",
        )
    name = rater.strip()
    try:
        rating = Rating(
            id=new_ulid(bench.now(), bench.random_bytes),
            run_id=run.id,
            rater=name,
            created_at=bench.now(),
            scores={c: CriterionScore(score=score, reason=reason.strip()) for c, (score, reason) in scores.items()},
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

"""People's decisions on pictures: added, never changed."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from packshot.errors import RecordError
from packshot.result import Review
from packshot.store.rows import review_of
from packshot.store.runs import require_run
from packshot.store.tables import REVIEW


def add_review(connection: Connection, review: Review) -> None:
    """Appends. Raises RecordError where the run is unknown, has no picture, or another one than the review names."""
    result = require_run(connection, review.run_id).result
    if result is None:
        raise RecordError("record.unfinished", "the run has no picture to review", got=review.run_id)
    if result.picture_digest != review.picture_digest:
        raise RecordError(
            "record.review",
            "the review names another picture than its run made",
            expected=result.picture_digest,
            got=review.picture_digest,
        )
    connection.execute(insert(REVIEW).values(**{**dict(review), "decision": str(review.decision)}))


def list_reviews(connection: Connection, run_id: str) -> list[Review]:
    """All reviews of a run, in the order they were appended. Raises RecordError on an unknown run."""
    require_run(connection, run_id)
    wanted = select(REVIEW).where(REVIEW.c.run_id == run_id).order_by(REVIEW.c.position)
    return [review_of(row) for row in connection.execute(wanted).mappings()]

"""People's ratings: added, never changed."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from packshot.errors import RecordError
from packshot.result import Rating
from packshot.store.experiments import require_experiment
from packshot.store.rows import rating_of
from packshot.store.runs import require_run
from packshot.store.tables import CELL, RATING


def add_rating(connection: Connection, rating: Rating) -> None:
    """Appends. Raises RecordError where the run is unknown or has no picture to rate."""
    if require_run(connection, rating.run_id).result is None:
        raise RecordError("record.unfinished", "the run has no picture to rate", got=rating.run_id)
    scores = rating.model_dump(mode="json")["scores"]
    connection.execute(insert(RATING).values(**{**dict(rating), "scores": scores}))


def list_ratings(connection: Connection, run_id: str) -> list[Rating]:
    """All ratings of a run, oldest first. Raises RecordError on an unknown run."""
    require_run(connection, run_id)
    wanted = select(RATING).where(RATING.c.run_id == run_id).order_by(RATING.c.created_at, RATING.c.id)
    return [rating_of(row) for row in connection.execute(wanted).mappings()]


def list_experiment_ratings(connection: Connection, experiment: str) -> list[Rating]:
    """All ratings of an experiment's runs, oldest first. Raises RecordError on an unknown experiment."""
    require_experiment(connection, experiment)
    runs = select(CELL.c.run_id).where(CELL.c.experiment == experiment)
    wanted = select(RATING).where(RATING.c.run_id.in_(runs)).order_by(RATING.c.created_at, RATING.c.id)
    return [rating_of(row) for row in connection.execute(wanted).mappings()]

"""Finding runs for the gallery: by words of the prompt, by settings, by scores. Takes its caller's connection.

Which runs fit is read from `ix_run_gallery` alone; only the rows of one page are read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Float, Select, cast, func, select, update

from packshot.errors import RecordError
from packshot.result import Criterion, Facets, Found, ReviewState, RunQuery, RunState, first_ulid
from packshot.store.dialects import Readable
from packshot.store.rows import folded
from packshot.store.runs import require_run
from packshot.store.tables import CELL, EVIDENCE, EXPERIMENT, RATING, RUN, STANDING

WORDS_MAX: Final = 50
"""Different words of one search: as many as anybody types, and far below what SQLite's parser takes."""
LETTERS_MAX: Final = 2_000

AT_ONCE: Final = 500
"""Runs of one query: SQLite takes so many parameters anywhere."""


def search(connection: Connection, query: RunQuery, *, limit: int, offset: int) -> list[Found]:
    """Runs that fit, newest first by id. Raises RecordError `record.search`."""
    page = _fitting(select(RUN.c.id), query).order_by(RUN.c.id.desc()).limit(limit).offset(offset)
    ids = list(connection.execute(page).scalars())
    return [
        found for start in range(0, len(ids), AT_ONCE) for found in _found(connection, ids[start : start + AT_ONCE])
    ]


def count(connection: Connection, query: RunQuery) -> int:
    """How many runs fit. Raises RecordError `record.search`."""
    return int(connection.execute(_fitting(select(func.count()).select_from(RUN), query)).scalar_one())


def facets(connection: Connection) -> Facets:
    """Everything that at least one run has, with how many do. A run of several cells counts once."""
    by_product = _cells_by(CELL.c.product).where(CELL.c.product.is_not(None)).order_by(CELL.c.product)
    counted: dict[str, int] = dict(connection.execute(_cells_by(CELL.c.experiment)).tuples().all())
    newest = select(EXPERIMENT.c.name).order_by(EXPERIMENT.c.created_at.desc(), EXPERIMENT.c.name)
    states: dict[str, int] = dict(connection.execute(_runs_by(RUN.c.state)).tuples().all())
    return Facets(
        experiments={name: counted[name] for name in connection.execute(newest).scalars() if name in counted},
        products=dict(connection.execute(by_product).tuples().all()),
        models=dict(connection.execute(_runs_by(RUN.c.model).order_by(RUN.c.model)).tuples().all()),
        states={state: states[state] for state in RunState if state in states},
    )


def set_points(connection: Connection, run_id: str, points: int | None, criteria: int | None) -> None:
    """Notes the proposed rubric's points over how many criteria. Raises RecordError on an unknown run."""
    values = {"points": points, "criteria": criteria}
    if connection.execute(update(RUN).where(RUN.c.id == run_id).values(**values)).rowcount != 1:
        require_run(connection, run_id)


def unscored(connection: Connection, limit: int) -> list[str]:
    """Runs with evidence and without points, newest first."""
    measured = select(EVIDENCE.c.run_id).where(EVIDENCE.c.run_id == RUN.c.id).exists()
    wanted = select(RUN.c.id).where(
        RUN.c.replay_of.is_(None), RUN.c.state == RunState.SUCCEEDED, RUN.c.points.is_(None), measured
    )
    return list(connection.execute(wanted.order_by(RUN.c.id.desc()).limit(limit)).scalars())


def words_of(text: str) -> tuple[str, ...]:
    """The different words of a search, folded. Raises RecordError where there are too many."""
    words = tuple(dict.fromkeys(folded(text).split()))
    if len(words) > WORDS_MAX or len(text) > LETTERS_MAX:
        raise RecordError(
            "record.search",
            "that is too much to search for",
            expected=f"at most {WORDS_MAX} words of {LETTERS_MAX:,} letters together",
            got=f"{len(words):,} words, {len(text):,} letters",
            hint="a few words of the prompt suffice",
        )
    return words


def _fitting(wanted: Select[Any], query: RunQuery) -> Select[Any]:
    return wanted.where(RUN.c.replay_of.is_(None), *_conditions(query))


def _conditions(query: RunQuery) -> Iterable[ColumnElement[bool]]:
    for column, value in ((RUN.c.state, query.state), (RUN.c.model, query.model), (RUN.c.mode, query.mode)):
        if value is not None:
            yield column == value
    for column, value in ((CELL.c.experiment, query.experiment), (CELL.c.product, query.product)):
        if value is not None:
            yield RUN.c.id.in_(select(CELL.c.run_id).where(column == value, CELL.c.run_id.is_not(None)))
    if query.since is not None:
        yield RUN.c.id >= first_ulid(query.since)
    if query.before is not None:
        yield RUN.c.id < first_ulid(query.before)
    if query.least_points is not None:
        yield RUN.c.points >= query.least_points
    if query.rated is not None:
        rated = select(RATING.c.run_id)
        yield RUN.c.id.in_(rated) if query.rated else RUN.c.id.not_in(rated)
    if query.least_total is not None:
        totals = _totals().subquery()
        yield RUN.c.id.in_(select(totals.c.run_id).where(totals.c.total >= query.least_total))
    if query.review is ReviewState.DRAFT:
        yield RUN.c.state == RunState.SUCCEEDED
        yield RUN.c.id.not_in(select(STANDING.c.run_id))
    elif query.review is not None:
        yield RUN.c.id.in_(select(STANDING.c.run_id).where(STANDING.c.state == query.review))
    for word in words_of(query.text):
        yield RUN.c.words.contains(word, autoescape=True)


def _totals(ids: list[str] | None = None) -> Select[Any]:
    """Of each run (of these), the mean of people's totals: of each person the newest rating with all five scores."""
    scores = Readable(RATING.c.scores)
    total: ColumnElement[int] = reduce(add, (scores[name.value]["score"].as_integer() for name in Criterion))
    newest_first = RATING.c.created_at.desc(), RATING.c.id.desc()
    place = func.row_number().over(partition_by=(RATING.c.run_id, RATING.c.rater), order_by=newest_first)
    complete = select(RATING.c.run_id, total.label("total"), place.label("place")).where(total.is_not(None))
    each = (complete if ids is None else complete.where(RATING.c.run_id.in_(ids))).subquery()
    mean = func.avg(cast(each.c.total, Float))
    return select(each.c.run_id, mean.label("total")).where(each.c.place == 1).group_by(each.c.run_id)


def _found(connection: Connection, ids: list[str]) -> list[Found]:
    totals = {row.run_id: float(row.total) for row in connection.execute(_totals(ids))}
    plain = (RUN.c.state, RUN.c.created_at, RUN.c.model, RUN.c.mode, RUN.c.picture_digest, RUN.c.points, RUN.c.criteria)
    wanted = select(RUN.c.id.label("run_id"), *plain, RUN.c.resolved, RUN.c.result, RUN.c.failure)
    rows = connection.execute(wanted.where(RUN.c.id.in_(ids)).order_by(RUN.c.id.desc())).mappings()
    return [Found.model_validate({**_told(dict(row)), "total": totals.get(row["run_id"])}) for row in rows]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """With what stands in the record, in place of it."""
    intent, result, failure = row.pop("resolved")["intent"], row.pop("result") or {}, row.pop("failure") or {}
    return row | {
        **{name: intent[name] for name in ("prompt", "seed", "steps", "guidance")},
        "negative_prompt": intent.get("negative_prompt") or "",
        "strength": intent.get("strength"),
        "scheduler": intent["scheduler"]["name"],
        "loras": intent.get("loras") or (),
        "source": (intent.get("source") or {}).get("digest"),
        "width": result.get("width", intent["width"]),
        "height": result.get("height", intent["height"]),
        "failure_code": failure.get("code"),
    }


def _runs_by(column: ColumnElement[Any]) -> Select[Any]:
    return select(column, func.count()).where(RUN.c.replay_of.is_(None)).group_by(column)


def _cells_by(column: ColumnElement[Any]) -> Select[Any]:
    return select(column, func.count(CELL.c.run_id.distinct())).where(CELL.c.run_id.is_not(None)).group_by(column)

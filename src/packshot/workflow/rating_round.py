"""One person's way through the pictures of an experiment, or through chosen ones, blind or not; and its agreement."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from packshot.errors import RecordError
from packshot.evaluation import agreement
from packshot.result import Agreement, Cell, Criterion, Rating, Run
from packshot.workflow.lookup import find_run
from packshot.workflow.rating_session import (
    NeutralPicture,
    RatingSession,
    neutral_picture,
    open_session,
    order_seed,
)
from packshot.workflow.scoring import proposal_of
from packshot.workflow.workbench import Workbench


def open_round(
    bench: Workbench, rater: str, *, experiment: str | None = None, runs: Sequence[str] = (), blind: bool = True
) -> RatingSession:
    """An experiment's pictures, or those of `runs` (ids or unique prefixes). Goes on where this rater stopped.

    Blind, the order is shuffled, another for each rater; else it is the plan's, or the given one. What this rater has
    rated in the same way, blind or not, is done. Raises RecordError where there is no such experiment or run, or none
    has a picture.
    """
    if experiment is not None and blind:
        return open_session(bench, experiment, rater)
    name = rater.strip()
    found = _runs_in_order(bench, experiment) if experiment is not None else [find_run(bench, each) for each in runs]
    with_picture = list({run.id: run for run in found if run.result is not None}.values())
    if not with_picture:
        raise RecordError("record.unfinished", "there is no picture to rate", expected="finished runs")
    seed = order_seed(" ".join(sorted(run.id for run in with_picture)), name)
    if blind:
        with_picture.sort(key=lambda run: run.id)
        random.Random(seed).shuffle(with_picture)
    pictures = tuple(neutral_picture(number, run) for number, run in enumerate(with_picture, 1))
    done = frozenset(each.number for each in pictures if latest_rating(bench, each.run_id, name, blind=blind))
    return RatingSession(experiment or "", name, seed, pictures, done)


def latest_rating(bench: Workbench, run_id: str, rater: str, *, blind: bool) -> Rating | None:
    """The newest rating of a run by a person, blind or not."""
    theirs = [each for each in bench.store.ratings(run_id) if each.rater == rater and each.blind == blind]
    return theirs[-1] if theirs else None


def ratings_of(bench: Workbench, pictures: Iterable[NeutralPicture]) -> list[Rating]:
    """Everybody's ratings of some pictures, oldest first of each picture."""
    return [rating for picture in pictures for rating in bench.store.ratings(picture.run_id)]


def agreement_of(bench: Workbench, ratings: Sequence[Rating], rng: np.random.Generator) -> tuple[Agreement, ...]:
    """How far the raters of some pictures agree with each other and with the proposal."""
    return agreement(ratings, {run_id: proposal_of(bench, run_id) for run_id in {each.run_id for each in ratings}}, rng)


def _runs_in_order(bench: Workbench, experiment: str) -> list[Run]:
    """The runs of an experiment's cells, in the plan's order."""
    return [cell.run for cell in bench.store.measured(experiment) if cell.run is not None and cell.has_picture]


def score_counts(ratings: Iterable[Rating]) -> dict[Criterion, tuple[int, int, int]]:
    """How often each criterion got 0, 1 and 2; of several ratings of a picture by one person the newest counts."""
    newest = {(each.rater, each.run_id): each for each in sorted(ratings, key=lambda each: (each.created_at, each.id))}
    counts = {criterion: [0, 0, 0] for criterion in Criterion}
    for rating in newest.values():
        for criterion, entry in rating.scores.items():
            counts[criterion][entry.score] += 1
    return {criterion: (low, middle, high) for criterion, (low, middle, high) in counts.items()}


@dataclass(frozen=True, slots=True)
class ArmMean:
    """What an arm's pictures got: `points` of at most `most`, the mean over `pictures` that were rated."""

    arm: str
    pictures: int
    points: float
    most: int


def means_by_arm(cells: Iterable[Cell], ratings: Iterable[Rating], criteria: Collection[Criterion]) -> list[ArmMean]:
    """Means of one person's newest ratings over those criteria, arms in the plan's order.

    A picture counts in each arm that it belongs to; one that lacks a score of these criteria in none.
    """
    newest = {each.run_id: each for each in sorted(ratings, key=lambda each: (each.created_at, each.id))}
    points: dict[str, list[int]] = {}
    for cell in cells:
        rating = newest.get(cell.run_id or "")
        if rating is not None and rating.scores.keys() >= set(criteria):
            points.setdefault(cell.arm or cell.name, []).append(sum(rating.scores[each].score for each in criteria))
    return [ArmMean(arm, len(each), sum(each) / len(each), 2 * len(criteria)) for arm, each in points.items()]

"""A person's way through pictures: an experiment's or chosen ones, blind or not, gone on with where it stopped."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import RecordError
from packshot.experiment import Plan
from packshot.result import Criterion
from packshot.workflow import (
    Workbench,
    agreement_of,
    latest_rating,
    open_round,
    open_session,
    rate,
    ratings_of,
    run_experiment,
    score_counts,
)

PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "mugs",
        "title": "Mugs",
        "question": "What do steps do?",
        "baseline": {"name": "base", "prompt": "a red mug", "steps": 2, "seed": 1},
        "vary": {"steps": [3, 4, 5, 6]},
    }
)
ALL = dict.fromkeys(Criterion, (1, ""))


@pytest.fixture
def runs(bench: Workbench) -> list[str]:
    """The ids of five pictures, in the plan's order."""
    run_experiment(bench, PLAN)
    return [cell.run_id or "" for cell in bench.store.experiment("mugs").cells]


def test_a_blind_experiment_is_the_blind_session(bench: Workbench, runs: list[str]) -> None:
    assert open_round(bench, "Ada", experiment="mugs") == open_session(bench, "mugs", "Ada")


def test_in_the_open_the_order_is_the_plans_and_blind_ratings_do_not_count(bench: Workbench, runs: list[str]) -> None:
    rate(bench, runs[0], "Ada", ALL, blind=True)
    rate(bench, runs[1], "Ada", ALL)
    rate(bench, runs[2], "Ben", ALL)
    found = open_round(bench, " Ada ", experiment="mugs", blind=False)
    assert [picture.run_id for picture in found.pictures] == runs
    assert found.done == {2}
    assert [picture.number for picture in found.open] == [1, 3, 4, 5]


def test_chosen_pictures_stand_in_the_given_order_each_once(bench: Workbench, runs: list[str]) -> None:
    chosen = [runs[3], runs[0], runs[3]]
    found = open_round(bench, "Ada", runs=chosen, blind=False)
    assert [picture.run_id for picture in found.pictures] == [runs[3], runs[0]]


def test_chosen_pictures_are_shuffled_blind(bench: Workbench, runs: list[str]) -> None:
    orders = {tuple(each.run_id for each in open_round(bench, name, runs=runs).pictures) for name in "ABCDEFGHIJ"}
    assert len(orders) >= 3, "few pictures have few orders: two people may have the same by chance"
    assert all(sorted(order) == sorted(runs) for order in orders)
    assert open_round(bench, "Ada", runs=runs) == open_round(bench, "Ada", runs=runs[::-1])


def test_what_comes_next_is_open_and_behind(bench: Workbench, runs: list[str]) -> None:
    found = open_round(bench, "Ada", runs=runs, blind=False).rated(2)
    assert [getattr(found.next_open(number), "number", None) for number in (0, 1, 5)] == [1, 3, None]


def test_nothing_to_rate_is_refused(bench: Workbench) -> None:
    with pytest.raises(RecordError) as refused:
        open_round(bench, "Ada", runs=[], blind=False)
    assert refused.value.code == "record.unfinished"


def test_the_newest_rating_is_shown_again(bench: Workbench, runs: list[str]) -> None:
    assert latest_rating(bench, runs[0], "Ada", blind=False) is None
    rate(bench, runs[0], "Ada", ALL)
    second = rate(bench, runs[0], "Ada", ALL | {Criterion.REALISM: (2, "sharp")})
    assert latest_rating(bench, runs[0], "Ada", blind=False) == second
    assert latest_rating(bench, runs[0], "Ada", blind=True) is None


def test_agreement_over_chosen_pictures(bench: Workbench, runs: list[str]) -> None:
    for run_id in runs[:2]:
        rate(bench, run_id, "Ada", ALL)
        rate(bench, run_id, "Ben", ALL)
    chosen = open_round(bench, "Ada", runs=runs[:2], blind=False)
    ratings = ratings_of(bench, chosen.pictures)
    found = agreement_of(bench, ratings, np.random.default_rng(0))
    assert (found[0].one, found[0].other, found[0].pictures, found[0].same) == ("Ada", "Ben", 2, 1.0)


def test_scores_are_counted_once_for_each_person_and_picture(bench: Workbench, runs: list[str]) -> None:
    rate(bench, runs[0], "Ada", ALL)
    rate(bench, runs[0], "Ada", ALL | {Criterion.REALISM: (2, "")})
    rate(bench, runs[0], "Ben", ALL)
    counts = score_counts(bench.store.experiment_ratings("mugs"))
    assert counts[Criterion.REALISM] == (0, 1, 1)
    assert counts[Criterion.USABILITY] == (0, 2, 0)

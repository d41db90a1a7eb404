"""Weighted kappa against tables worked out by hand, and what is said where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from packshot.evaluation import agreement, weighted_kappa
from packshot.result import Agreement, Criterion, CriterionScore, Proposal, ProposedScore, Rating

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


def rating(rater: str, run_id: str, *scores: int, minute: int = 0) -> Rating:
    """One score stands for all five criteria; four leave reproducibility out."""
    given = scores * 5 if len(scores) == 1 else scores
    return Rating(
        id=f"{rater}{run_id}{minute}",
        run_id=run_id,
        rater=rater,
        created_at=BEGUN + timedelta(minutes=minute),
        scores={c: CriterionScore(score=s) for c, s in zip(Criterion, given, strict=False)},
    )


def sheet(rater: str, scores: list[int]) -> list[Rating]:
    return [rating(rater, f"R{number}", score) for number, score in enumerate(scores)]


def found(
    ratings: list[Rating], criterion: Criterion | None = None, proposals: dict[str, Proposal] | None = None
) -> dict[tuple[str, str], Agreement]:
    everything = agreement(ratings, proposals or {}, np.random.default_rng(0))
    return {(entry.one, entry.other): entry for entry in everything if entry.criterion is criterion}


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    """Rows 4, 3, 3 and columns 3, 4, 3 of 10: Σw·o = 0.5·3 + 1·1 = 2.5, Σw·e = 0.5·(16+9+12+9)/10 + (12+9)/10 = 4.4."""
    table = np.array([[2.0, 1, 1], [1, 2, 0], [0, 1, 2]])
    assert weighted_kappa(table) == pytest.approx(1 - 2.5 / 4.4)
    assert weighted_kappa(table.T) == pytest.approx(1 - 2.5 / 4.4)
    assert weighted_kappa(7 * table) == pytest.approx(1 - 2.5 / 4.4)


def test_kappa_of_cohens_extremes() -> None:
    assert weighted_kappa(np.diag([3.0, 1, 2])) == pytest.approx(1.0)
    independent = np.outer([0.2, 0.3, 0.5], [0.6, 0.2, 0.2])
    assert weighted_kappa(independent) == pytest.approx(0.0)
    assert weighted_kappa(np.array([[0.0, 0, 5], [0, 0, 0], [5, 0, 0]])) == pytest.approx(-1.0)
    assert np.isnan(weighted_kappa(np.array([[0.0, 3, 0], [0, 2, 0], [0, 1, 0]])))


def test_distance_counts() -> None:
    near = weighted_kappa(np.array([[3.0, 1, 0], [0, 3, 0], [0, 0, 3]]))
    far = weighted_kappa(np.array([[3.0, 0, 1], [0, 3, 0], [0, 0, 3]]))
    assert near > far


def test_raters_in_pairs_and_against_the_proposal() -> None:
    scores = [0, 1, 2, 2, 1, 0, 1]
    others = [0, 1, 2, 1, 1, 0, 2]
    proposals = {
        f"R{number}": Proposal(scores={Criterion.USABILITY: ProposedScore(score=score, reason="")})
        for number, score in enumerate(scores)
    }
    ratings = [*sheet("Ada", scores), *sheet("Ben", others)]
    usability = found(ratings, Criterion.USABILITY, proposals)
    assert list(usability) == [("Ada", "Ben"), ("Ada", "proposal"), ("Ben", "proposal")]
    assert usability["Ada", "proposal"].kappa == pytest.approx(1.0)
    both = usability["Ada", "Ben"]
    assert (both.pictures, both.scores, both.same) == (7, 7, pytest.approx(5 / 7))
    assert both.kappa is not None
    assert both.low is not None
    assert both.high is not None
    assert both.low <= both.kappa <= both.high
    assert "weighted kappa" in both.sentence
    realism = found(ratings, Criterion.REALISM, proposals)["Ada", "proposal"]
    assert (realism.pictures, realism.kappa, realism.same) == (0, None, None)
    assert "no picture" in realism.sentence
    pooled = found(ratings, None, proposals)
    assert (pooled["Ada", "Ben"].pictures, pooled["Ada", "Ben"].scores) == (7, 35)
    assert (pooled["Ada", "proposal"].pictures, pooled["Ada", "proposal"].scores) == (7, 7)


def test_five_pictures_are_the_least() -> None:
    four = found([*sheet("Ada", [0, 1, 2, 1]), *sheet("Ben", [0, 1, 2, 2])])["Ada", "Ben"]
    assert (four.kappa, four.low, four.same) == (None, None, 0.75)
    assert "not enough" in four.sentence
    assert found([*sheet("Ada", [0, 1, 2, 1, 0]), *sheet("Ben", [0, 1, 2, 2, 0])])["Ada", "Ben"].kappa is not None


def test_one_score_throughout_has_no_kappa_but_a_plain_agreement() -> None:
    entry = found([*sheet("Ada", [2] * 6), *sheet("Ben", [2, 2, 2, 1, 2, 2])], Criterion.REALISM)["Ada", "Ben"]
    assert (entry.kappa, entry.same) == (None, pytest.approx(5 / 6))
    assert "undefined, for Ada gave one score throughout" in entry.sentence


def test_the_interval_draws_pictures_not_scores() -> None:
    """Five equal criteria per picture hold no more than one: pooled and single intervals are about as wide."""
    rng = np.random.default_rng(1)
    one = [int(s) for s in rng.integers(0, 3, 40)]
    other = [s if rng.random() < 0.6 else int(rng.integers(0, 3)) for s in one]
    ratings = [*sheet("Ada", one), *sheet("Ben", other)]
    widths = []
    for criterion in (None, Criterion.REALISM):
        entry = found(ratings, criterion)["Ada", "Ben"]
        assert entry.low is not None
        assert entry.high is not None
        widths.append(entry.high - entry.low)
    assert widths[0] == pytest.approx(widths[1], rel=0.15)


def test_the_newest_rating_counts() -> None:
    ratings = [*sheet("Ada", [0, 1, 2, 1, 0]), *sheet("Ben", [2, 1, 2, 1, 0]), rating("Ben", "R0", 0, minute=5)]
    assert found(ratings)["Ada", "Ben"].same == 1.0
    assert found(ratings[::-1])["Ada", "Ben"].same == 1.0


def test_an_open_criterion_is_left_out() -> None:
    ratings = [*sheet("Ada", [0, 1, 2, 1, 0])] + [rating("Ben", f"R{n}", 0, 1, 2, 1) for n in range(5)]
    entry = found(ratings, Criterion.REPRODUCIBILITY)["Ada", "Ben"]
    assert (entry.pictures, entry.scores) == (0, 0)
    assert found(ratings)["Ada", "Ben"].scores == 20


def test_the_same_generator_gives_the_same_interval() -> None:
    ratings = [*sheet("Ada", [0, 1, 2, 1, 0, 2]), *sheet("Ben", [0, 1, 1, 1, 0, 2])]
    assert found(ratings) == found(ratings)
    assert agreement([], {}, np.random.default_rng(0)) == ()

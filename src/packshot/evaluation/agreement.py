"""Agreement between raters beyond chance, on scores of 0, 1 and 2. Knows nothing of stores and pictures.

Weighted kappa: Cohen, Psychological Bulletin 70(4), 1968, with disagreement weights that grow with the distance of
two scores. The interval is a percentile bootstrap that draws whole pictures, for the scores of one picture go together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from packshot.result import PROPOSAL, Agreement, Criterion, Proposal, Rating

LEVELS = 3
FEWEST_PICTURES = 5
RESAMPLES = 2000
WEIGHTS: NDArray[np.float64] = np.abs(np.subtract.outer(np.arange(LEVELS), np.arange(LEVELS))) / (LEVELS - 1)
"""(3, 3): 0 on the diagonal, 1 between 0 and 2."""

Counts = NDArray[np.float64]
"""(…, 3, 3): how often the one gave the row's score where the other gave the column's."""
Sheet = Mapping[str, Mapping[Criterion, int]]
"""One rater's scores: by run id, then by criterion."""


def agreement(
    ratings: Sequence[Rating], proposals: Mapping[str, Proposal], rng: np.random.Generator
) -> tuple[Agreement, ...]:
    """Every pair of raters, and each rater against the proposal: over all criteria, then for each.

    `proposals` are by run id. Of several ratings of one picture by one person the newest counts. A criterion that one
    of both left open is left out, so over all criteria a picture has up to five pairs of scores.
    """
    sheets = _sheets(ratings)
    proposed = {
        run_id: {c: entry.score for c, entry in proposal.scores.items() if entry.score is not None}
        for run_id, proposal in proposals.items()
    }
    pairs = [(one, other, sheets[one], sheets[other]) for one, other in combinations(sorted(sheets), 2)]
    pairs += [(name, PROPOSAL, sheets[name], proposed) for name in sorted(sheets)]
    return tuple(
        _compare(one, other, criterion, _counts(first, second, criterion), rng)
        for one, other, first, second in pairs
        for criterion in (None, *Criterion)
    )


def weighted_kappa(counts: Counts) -> NDArray[np.float64]:
    """Kappa of each table of counts (…, 3, 3) → (…): 1 − Σ w·o / Σ w·e (Cohen 1968, equation 1 in disagreements).

    NaN where it is undefined: one of both gave one and the same score throughout.
    """
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    total = rows.sum(axis=-1)
    observed = (WEIGHTS * counts).sum(axis=(-2, -1)) * total
    by_chance = (WEIGHTS * rows[..., :, None] * columns[..., None, :]).sum(axis=(-2, -1))
    varied = ((rows > 0).sum(axis=-1) > 1) & ((columns > 0).sum(axis=-1) > 1)
    return np.asarray(np.where(varied, 1 - observed / np.where(varied, by_chance, 1.0), np.nan))


def _sheets(ratings: Iterable[Rating]) -> dict[str, dict[str, dict[Criterion, int]]]:
    sheets: dict[str, dict[str, dict[Criterion, int]]] = {}
    for rating in sorted(ratings, key=lambda rating: (rating.created_at, rating.id)):
        scores = {criterion: entry.score for criterion, entry in rating.scores.items()}
        sheets.setdefault(rating.rater, {})[rating.run_id] = scores
    return sheets


def _counts(first: Sheet, second: Sheet, criterion: Criterion | None) -> Counts:
    """(pictures, 3, 3) of the pictures for which both gave a score."""
    tables = []
    for run_id in sorted(first.keys() & second.keys()):
        table = np.zeros((LEVELS, LEVELS))
        for both in first[run_id].keys() & second[run_id].keys():
            if criterion is None or both is criterion:
                table[first[run_id][both], second[run_id][both]] += 1
        if table.any():
            tables.append(table)
    return np.array(tables).reshape(-1, LEVELS, LEVELS)


def _compare(one: str, other: str, criterion: Criterion | None, counts: Counts, rng: np.random.Generator) -> Agreement:
    pictures, table = len(counts), counts.sum(axis=0)
    scores = int(table.sum())
    same = float(np.trace(table) / scores) if scores else None
    kappa = float(weighted_kappa(table)) if pictures >= FEWEST_PICTURES else np.nan
    low, high = _interval(counts, rng) if np.isfinite(kappa) else (None, None)
    return Agreement(
        one=one,
        other=other,
        criterion=criterion,
        pictures=pictures,
        scores=scores,
        same=same,
        kappa=float(kappa) if np.isfinite(kappa) else None,
        low=low,
        high=high,
        sentence=_sentence(one, other, pictures, scores, table, kappa, (low, high)),
    )


def _interval(counts: Counts, rng: np.random.Generator) -> tuple[float | None, float | None]:
    """The 2.5th and 97.5th percentile of kappa over pictures drawn with replacement.

    None where more than every twentieth draw has no kappa: the rest would no longer stand for all.
    """
    pictures = len(counts)
    drawn = rng.multinomial(pictures, np.full(pictures, 1 / pictures), size=RESAMPLES)
    kappas = weighted_kappa(np.einsum("bp,pij->bij", drawn.astype(np.float64), counts))
    known = kappas[np.isfinite(kappas)]
    if len(known) < 0.95 * RESAMPLES:
        return None, None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def _sentence(
    one: str,
    other: str,
    pictures: int,
    scores: int,
    table: Counts,
    kappa: float,
    interval: tuple[float | None, float | None],
) -> str:
    if other == PROPOSAL:
        other = f"the {PROPOSAL}"
    if not scores:
        return f"{one} and {other} have scored no picture in common."
    equal = f"{one} and {other} gave the same score {int(np.trace(table))} of {scores} times"
    seen = "1 picture" if pictures == 1 else f"{pictures} pictures"
    if pictures < FEWEST_PICTURES:
        return f"{equal}, on {seen}: not enough for a kappa ({FEWEST_PICTURES} are)."
    if not np.isfinite(kappa):
        constant = [name for name, axis in ((one, 1), (other, 0)) if (table.sum(axis=axis) > 0).sum() == 1]
        return f"{equal}, on {seen}; kappa is undefined, for {' and '.join(constant)} gave one score throughout."
    low, high = interval
    between = "no interval: too few scores differ" if low is None else f"95 % from {low:.2f} to {high:.2f}"
    return f"{equal}, on {seen}: weighted kappa {kappa:.2f} ({between})."

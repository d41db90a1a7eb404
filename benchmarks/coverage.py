"""How often a 95 % interval holds the truth: the table of docs/effects.md. `python -m benchmarks.coverage`."""

from __future__ import annotations

import sys
import warnings

import numpy as np
from scipy.stats import bootstrap

from packshot.experiment.statistics import RESAMPLES, Floats, t_ends

SIMULATIONS = 2000
COUNTS = (3, 5, 10, 20, 40)
SIGMA = 0.8
"""Of the lognormal draws: a skewness of 3.7."""

BATCH = 100


def normal(draw: np.random.Generator, count: int) -> Floats:
    """Differences with mean 0, (SIMULATIONS, count)."""
    return draw.normal(0, 1, (SIMULATIONS, count))


def skewed(draw: np.random.Generator, count: int) -> Floats:
    """Lognormal differences with mean 0, (SIMULATIONS, count)."""
    drawn: Floats = draw.lognormal(0, SIGMA, (SIMULATIONS, count))
    return drawn - float(np.exp(SIGMA**2 / 2))


def holds(ends: tuple[Floats, Floats]) -> float:
    """The share of intervals with 0 inside."""
    low, high = ends
    return float(np.mean((low <= 0) & (high >= 0)))


def bootstrapped(values: Floats, method: str) -> tuple[Floats, Floats]:
    """Both ends by SciPy's bootstrap, a few simulations at a time."""
    ends = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of draws of which nearly all are alike
        for start in range(0, len(values), BATCH):
            found = bootstrap(
                (values[start : start + BATCH],),
                np.mean,
                axis=-1,
                n_resamples=RESAMPLES,
                method=method,
                rng=np.random.default_rng(start),
            )
            ends.append(found.confidence_interval)
    return np.concatenate([found.low for found in ends]), np.concatenate([found.high for found in ends])


def clustered(draw: np.random.Generator, products: int, seeds: int = 5) -> tuple[float, float]:
    """The share for t over products, and for t over all pairs as if they were independent."""
    shifts = draw.normal(0, 1, (SIMULATIONS, products, 1))
    values = draw.normal(shifts, 0.5, (SIMULATIONS, products, seeds))
    return holds(t_ends(values.mean(axis=-1))), holds(t_ends(values.reshape(SIMULATIONS, -1)))


def main() -> None:
    """Print both tables."""
    say = sys.stdout.write
    say("| values | draws | t | BCa | percentile |\n| --- | --- | --- | --- | --- |\n")
    for source in (normal, skewed):
        for count in COUNTS:
            values = source(np.random.default_rng(count), count)
            shares = [t_ends(values), bootstrapped(values, "BCa"), bootstrapped(values, "percentile")]
            say(f"| {count} | {source.__name__} | {' | '.join(f'{holds(ends):.3f}' for ends in shares)} |\n")
    say("\n| products of 5 seeds | t over products | t over pairs |\n| --- | --- | --- |\n")
    for products in (3, 5, 10, 20):
        by_product, by_pair = clustered(np.random.default_rng(products), products)
        say(f"| {products} | {by_product:.3f} | {by_pair:.3f} |\n")


if __name__ == "__main__":
    main()

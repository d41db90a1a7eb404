"""Intervals of a mean, from the values of blocks. Knows nothing about arms or measures.

Values of one product are alike, so products are what varies independently once there are three: then a product's mean
is one value (a cluster), and its seeds only make it more exact. With one or two products the seeds are the values, and
what is found holds for those products.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.experiment.effect import Interval

Block = tuple[str | None, int | None]
"""(product, seed): cells of one block differ in their arm alone."""

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.95
VALUES_MIN: Final = 3
"""Fewer cannot be told from luck, and have no interval."""

CLUSTERS_MIN: Final = 3
BOOTSTRAP_MIN: Final = 20
"""Below, a bootstrap's interval is too narrow: see docs/log.md for its simulated coverage."""

ALIKE_MIN: Final = 6
"""Without spread a sign test decides: 2 / 2⁶ is the first below 0.05."""

RESAMPLES: Final = 2000
SEED: Final = 0
"""Of the bootstrap, so that a report written again is the same."""

ROUNDING: Final = 1e-9
"""Relative to the values: what is closer is equal, but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Independent values (n,) of `blocks` blocks and `products` products; `clustered` where a value is a product's."""

    values: Floats
    blocks: int
    products: int
    clustered: bool

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return float(self.values.mean())


def sample(by_block: Mapping[Block, float]) -> Sample:
    """The values of at least one block, in an order that does not depend on theirs."""
    by_product: dict[str, list[float]] = defaultdict(list)
    for (product, _seed), value in sorted(by_block.items(), key=_place):
        by_product[product or ""].append(value)
    clustered = len(by_product) >= CLUSTERS_MIN
    if clustered:
        values = np.array([np.mean(values) for values in by_product.values()])
    else:
        values = np.array([value for values in by_product.values() for value in values])
    return Sample(values, len(by_block), len(by_product), clustered)


def _place(item: tuple[Block, float]) -> tuple[str, int]:
    (product, seed), _value = item
    return product or "", -1 if seed is None else seed


def has_spread(values: Floats, scale: float) -> bool:
    """Whether values (n,) differ by more than rounding; `scale` is the size of what they were derived from."""
    return bool(np.ptp(values) > ROUNDING * max(scale, float(np.abs(values).max())))


def t_ends(values: Floats) -> tuple[Floats, Floats]:
    """Both ends of Student's interval of the mean, over the last axis: (…, n) → (…), (…).

    The mean ± t(0.975, n - 1) · s / √n ("Student", The probable error of a mean, Biometrika 1908).
    """
    from scipy.stats import t

    count = values.shape[-1]
    half = t.ppf((1 + CONFIDENCE) / 2, count - 1) * values.std(axis=-1, ddof=1) / np.sqrt(count)
    mean = values.mean(axis=-1)
    return mean - half, mean + half


def bootstrap_ends(values: Floats, seed: int = SEED) -> tuple[Floats, Floats]:
    """Both ends of the bias-corrected and accelerated bootstrap interval of the mean: (…, n) → (…), (…).

    Efron, Better bootstrap confidence intervals, JASA 1987. NaN where the values have no spread.
    """
    from scipy.stats import bootstrap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values without spread, which the ends say
        found = bootstrap(
            (values,),
            np.mean,
            axis=-1,
            n_resamples=RESAMPLES,
            confidence_level=CONFIDENCE,
            method="BCa",
            rng=np.random.default_rng(seed),
        )
    return np.asarray(found.confidence_interval.low), np.asarray(found.confidence_interval.high)


def t_interval(found: Sample, scale: float, method: str = "t") -> Interval | None:
    """Student's interval of a sample's mean. None below 3 values, or where there is no spread to derive it from."""
    if len(found.values) < VALUES_MIN or not has_spread(found.values, scale):
        return None
    low, high = t_ends(found.values)
    return Interval(float(low), float(high), "cluster t" if found.clustered else method)


def standard_error(found: Sample, scale: float) -> float | None:
    """s / √n of a sample's mean. None below 3 values, or without spread."""
    if len(found.values) < VALUES_MIN or not has_spread(found.values, scale):
        return None
    return float(found.values.std(ddof=1) / np.sqrt(len(found.values)))


def bootstrap_interval(found: Sample, scale: float, seed: int = SEED) -> Interval | None:
    """The bootstrap's interval of a sample's mean. None below 20 values, or without spread."""
    if len(found.values) < BOOTSTRAP_MIN or not has_spread(found.values, scale):
        return None
    low, high = bootstrap_ends(found.values, seed)
    if not np.isfinite([low, high]).all():
        return None
    return Interval(float(low), float(high), "cluster bootstrap" if found.clustered else "bootstrap")


def within(interval: Interval | None, limit: float) -> Interval | None:
    """The part of an interval that is possible: from -`limit` to `limit`. The truth is never in what is cut off."""
    if interval is None:
        return None
    return Interval(max(interval.low, -limit), min(interval.high, limit), interval.method)


def is_shown(found: Sample, interval: Interval | None, scale: float) -> bool | None:
    """Whether the mean is told from 0: by the interval, and without spread by a sign test. None where it cannot be."""
    if found.blocks < VALUES_MIN:
        return None
    if interval is not None:
        return not interval.low <= 0 <= interval.high
    if abs(found.mean) <= ROUNDING * scale:
        return False
    return True if len(found.values) >= ALIKE_MIN else None

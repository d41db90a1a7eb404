"""Limits of numbers that have no natural one: learnt on the first half of the cases, judged on the second.

Knows which way a number must move to count as a defect; knows nothing of pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.evidence.found import Found

TRIED = 24
"""Quantiles of a measure that are tried as its limit."""


@dataclass(frozen=True)
class Measure:
    """A number, and whether the defect makes it larger."""

    name: str
    larger: bool


@dataclass(frozen=True)
class Rule:
    """Flags a case where any measure is beyond its limit."""

    measures: tuple[Measure, ...]
    limits: tuple[float, ...]

    def __call__(self, case: Found) -> bool | None:
        """None where no measure has a value."""
        values = [_value(case, measure) for measure in self.measures]
        if all(np.isnan(value) for value in values):
            return None
        return any(value > limit for value, limit in zip(values, self.limits, strict=True))

    @property
    def words(self) -> str:
        """Such as "likeness_shape < 0.9"."""
        shown = zip(self.measures, self.limits, strict=True)
        return " or ".join(
            f"{measure.name} {'>' if measure.larger else '<'} {limit if measure.larger else -limit:.3g}"
            for measure, limit in shown
            if np.isfinite(limit)
        )


def learn(measures: tuple[Measure, ...], bad: list[Found], good: list[Found]) -> Rule | None:
    """The limits with the highest F1 on these cases; None where a measure has no values at all."""
    table = np.array([[_value(case, measure) for measure in measures] for case in (*bad, *good)])
    if np.isnan(table).all(axis=0).any():
        return None
    defect = np.arange(len(table)) < len(bad)
    tried = [_limits(table[:, column]) for column in range(len(measures))]
    best = max(product(*tried), key=lambda limits: _f1(table > np.array(limits), defect))
    return Rule(measures, tuple(float(limit) for limit in best))


def halves(cases: list[Found]) -> tuple[list[Found], list[Found]]:
    """The first half and the second."""
    return cases[: len(cases) // 2], cases[len(cases) // 2 :]


def _limits(values: NDArray[np.float64]) -> list[float]:
    """Quantiles of the values, and one that nothing is beyond."""
    quantiles = np.unique(np.nanquantile(values, np.linspace(0.0, 1.0, TRIED)))
    return [*(float(value) for value in quantiles), np.inf]


def _f1(beyond: NDArray[np.bool_], defect: NDArray[np.bool_]) -> float:
    flagged = beyond.any(axis=1)
    return 2.0 * float((flagged & defect).sum()) / max(float(flagged.sum() + defect.sum()), 1.0)


def _value(case: Found, measure: Measure) -> float:
    """Turned so that larger is worse; not a number where there is none."""
    value = case.values.get(measure.name)
    if value == "identical" or value is None or isinstance(value, str):
        return np.nan
    return float(value) if measure.larger else -float(value)

"""Precision, recall and error with what can be said of them from so many pictures. Knows no evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

NORMAL = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, with the 95 % interval of Wilson (JASA 22, 1927, equation 4)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0..1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end, 0..1."""
        if not self.whole:
            return None
        share, z = self.part / self.whole, NORMAL
        middle = share + z * z / (2 * self.whole)
        half = z * math.sqrt(share * (1 - share) / self.whole + (z / (2 * self.whole)) ** 2)
        scale = 1 + z * z / self.whole
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass(frozen=True)
class Verdicts:
    """How a yes-or-no evidence fared: with the defect, without it, and where it was not evaluated (counted as a no)."""

    caught: int
    missed: int
    false_alarms: int
    rightly_quiet: int
    not_evaluated: int

    @property
    def recall(self) -> Share:
        """Of the pictures with the defect, those that were flagged."""
        return Share(self.caught, self.caught + self.missed)

    @property
    def precision(self) -> Share:
        """Of the flagged pictures, those with the defect."""
        return Share(self.caught, self.caught + self.false_alarms)


def verdicts(with_defect: list[bool | None], without: list[bool | None]) -> Verdicts:
    """Of what was flagged among pictures with the defect, and among those without; None: not evaluated."""
    caught, alarms = sum(map(bool, with_defect)), sum(map(bool, without))
    silent = sum(flag is None for flag in (*with_defect, *without))
    return Verdicts(caught, len(with_defect) - caught, alarms, len(without) - alarms, silent)


@dataclass(frozen=True)
class Errors:
    """How far a number was from the truth: mean and 95 % quantile of the absolute error; how often there was one."""

    mean: float
    quantile: float
    evaluated: Share


def errors(found: list[float | None], truth: list[float]) -> Errors | None:
    """None where nothing was evaluated."""
    away = np.array([abs(f - t) for f, t in zip(found, truth, strict=True) if f is not None])
    if not away.size:
        return None
    return Errors(float(away.mean()), float(np.quantile(away, 0.95)), Share(int(away.size), len(truth)))

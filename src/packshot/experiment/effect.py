"""What an arm changed against another, in numbers, and the observations that it is derived from. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """One number measured of one cell's picture.

    `arm`, `seed`, `product` and `against` are the cell's; `change` its arm's change. `measure` is an evidence's name,
    a proposed criterion, or `seconds`.
    """

    cell: str
    arm: str
    against: str | None
    change: tuple[tuple[str, str], ...]
    seed: int | None
    product: str | None
    measure: str
    value: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval: its ends, and the method by name (`paired t`, `bootstrap`, `cluster t`, `cluster bootstrap`)."""

    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What an arm changed in one measure against another arm, over the blocks that have both.

    `difference` is the mean of the paired differences, arm minus `against`. `interval` is None below 3 pairs. `shown`
    is True where the interval leaves out 0, False where it holds 0 (*no difference shown*), None without one.
    """

    arm: str
    against: str
    change: tuple[tuple[str, str], ...]
    measure: str
    unit: str | None
    pairs: int
    products: int
    against_mean: float
    arm_mean: float
    difference: float
    interval: Interval | None
    bootstrap: Interval | None
    shown: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Trend:
    """How a measure goes along a parameter that several arms give numbers to.

    `slope` is per unit of the parameter, the mean of the least-squares slopes of the blocks; `interval` its 95 %
    interval over blocks (None below 3); `levels` the parameter's values with the measure's mean and its interval.
    """

    parameter: str
    measure: str
    unit: str | None
    levels: tuple[tuple[float, float, Interval | None], ...]
    blocks: int
    slope: float
    interval: Interval | None
    shown: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Setting:
    """An arm as a choice: `quality` is the mean of one measure, `seconds` the mean of what its pictures took."""

    arm: str
    quality: float
    seconds: float
    pictures: int
    on_front: bool
    """Whether no other arm is at least as good and quicker, or better and at least as quick."""

"""What an arm changed against another, in numbers, and the observations that it is derived from. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """One number measured of one cell's picture.

    `arm`, `seed`, `product` and `against` are the cell's; `change` its arm's change. `measure` is an evidence's name,
    `proposed_` and a criterion, or `seconds`. `settings` are the numbers that the picture was made with (steps,
    guidance, strength), defaults included. Observations of one `spec_hash` are of one picture; empty where unknown.
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
    settings: tuple[tuple[str, float], ...] = ()
    spec_hash: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval: its ends, and the method by name.

    `paired t` and `bootstrap` are over pairs, `t` over blocks, `cluster t` and `cluster bootstrap` over products.
    """

    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What an arm changed in one measure against another arm, over the blocks that have both.

    `difference` is the mean of the paired differences, arm minus `against`; from 3 products on, the mean of the
    products' means, and so are both means. `interval` is None below 3 pairs, and where the differences have no spread
    to derive it from. `shown` is True where the interval leaves out 0 (or, without spread, at least 6 pairs or products
    differ alike), False where it holds 0 or nothing differs (*no difference shown*), None where luck cannot be told.
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
    interval over blocks (None below 3, or without spread); `levels` the parameter's values with the measure's mean and
    its interval. `where` is what all these arms change besides, against the baseline.
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
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ArmSeconds:
    """An arm's mean seconds by stage, over its pictures; one that several arms share counts for the first of them."""

    arm: str
    change: tuple[tuple[str, str], ...]
    encode_s: float
    denoise_s: float
    decode_s: float

    @property
    def picture_s(self) -> float:
        """All three together."""
        return self.encode_s + self.denoise_s + self.decode_s


@dataclass(frozen=True, slots=True)
class Setting:
    """An arm as a choice: `quality` is the mean of one measure, `seconds` the mean of what its pictures took."""

    arm: str
    quality: float
    seconds: float
    pictures: int
    on_front: bool
    """Whether no other arm is at least as good and quicker, or better and at least as quick."""

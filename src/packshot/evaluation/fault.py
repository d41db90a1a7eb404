"""A fault: what must be measured for a picture to lose points, how many it loses, and why. Knows no thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from packshot.result import Criterion

Value = float | str
Values = Mapping[str, Value]
"""What was measured, by the evidence's name; what was not is not in it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One evidence that shows a fault, and the values that do."""

    evidence: str
    shows: Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """Found where all of its signs were measured and show it.

    `cost` is what it takes of the criterion's 2 points: 1 or 2. `label` names it in a table, `why` is the sentence
    that follows the evidence's own.
    """

    criterion: Criterion
    cost: int
    label: str
    why: str
    signs: tuple[Sign, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """The names of the evidence that it rests on."""
        return tuple(dict.fromkeys(sign.evidence for sign in self.signs))

    def is_found(self, values: Values) -> bool:
        """Whether the measured values show it. What was not measured shows nothing."""
        return all(sign.evidence in values and sign.shows(values[sign.evidence]) for sign in self.signs)


def measured(evidence: str) -> Sign:
    """Any value."""
    return Sign(evidence, lambda _value: True)


def is_(evidence: str, word: str) -> Sign:
    """That very word."""
    return Sign(evidence, lambda value: value == word)


def is_not(evidence: str, word: str) -> Sign:
    """Any other word."""
    return Sign(evidence, lambda value: value != word)


def at_least(evidence: str, limit: float) -> Sign:
    """A number of `limit` or more."""
    return Sign(evidence, lambda value: not isinstance(value, str) and value >= limit)


def below(evidence: str, limit: float) -> Sign:
    """A number under `limit`."""
    return Sign(evidence, lambda value: not isinstance(value, str) and value < limit)


def names(evidence: str, fewest: int, most: int) -> Sign:
    """A list of `fewest` to `most` words; `no` names none."""

    def shows(value: Value) -> bool:
        listed = [] if value == "no" or not isinstance(value, str) else value.split(",")
        return fewest <= len(listed) <= most

    return Sign(evidence, shows)

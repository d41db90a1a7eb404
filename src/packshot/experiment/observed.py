"""Observations, found by measure, arm and block. The order in which they come changes nothing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from packshot.experiment.effect import Observation
from packshot.experiment.statistics import Block

Pair = tuple[float, float]
"""(the arm's value, that of the arm it is compared with)."""

NOTHING: Final[Mapping[Block, float]] = MappingProxyType({})


@dataclass(slots=True)
class ArmSeen:
    """What the observations say of an arm: each of its blocks with the spec hash and the settings there."""

    name: str
    against: str | None
    change: tuple[tuple[str, str], ...]
    blocks: dict[Block, str] = field(default_factory=dict)
    settings: dict[Block, dict[str, float]] = field(default_factory=dict)


class Observed:
    """All observations of an experiment. Numbers that are none (NaN, infinity) were not measured.

    Arms, measures and units stand in the order of their first observation.
    """

    def __init__(self, observations: Iterable[Observation]) -> None:
        self.arms: dict[str, ArmSeen] = {}
        self.units: dict[str, str | None] = {}
        found: dict[tuple[str, str], dict[Block, list[float]]] = defaultdict(lambda: defaultdict(list))
        for one in observations:
            arm = self.arms.setdefault(one.arm, ArmSeen(one.arm, one.against, one.change))
            block = (one.product, one.seed)
            arm.blocks[block] = one.spec_hash
            arm.settings[block] = dict(one.settings)
            if math.isfinite(one.value):
                self.units.setdefault(one.measure, one.unit)
                found[one.measure, one.arm][block].append(one.value)
        self._values = {
            key: {block: math.fsum(values) / len(values) for block, values in blocks.items()}
            for key, blocks in found.items()
        }

    @property
    def measures(self) -> list[str]:
        """All measures that have a number."""
        return list(self.units)

    @property
    def baseline(self) -> str | None:
        """The first arm that is compared with none."""
        return next((arm.name for arm in self.arms.values() if arm.against is None), None)

    def values(self, measure: str, arm: str) -> Mapping[Block, float]:
        """An arm's numbers by block."""
        return self._values.get((measure, arm), NOTHING)

    def pairs(self, measure: str, arm: str, against: str) -> dict[Block, Pair]:
        """The blocks that have the measure in both arms, and a picture of its own in each."""
        theirs = self.values(measure, against)
        return {
            block: (value, theirs[block])
            for block, value in self.values(measure, arm).items()
            if block in theirs and not self.is_same(arm, against, block)
        }

    def blocks(self, arm: str, against: str) -> set[Block]:
        """The blocks of either arm in which they are not one picture: as many pairs as there could be."""
        either = {*self._blocks(arm), *self._blocks(against)}
        return {block for block in either if not self.is_same(arm, against, block)}

    def is_same(self, arm: str, against: str, block: Block) -> bool:
        """Whether both arms ask for the same picture there."""
        mine, theirs = self._blocks(arm).get(block), self._blocks(against).get(block)
        return bool(mine) and mine == theirs

    def _blocks(self, arm: str) -> dict[Block, str]:
        return self.arms[arm].blocks if arm in self.arms else {}

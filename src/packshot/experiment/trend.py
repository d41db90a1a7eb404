"""How a measure goes along a parameter that several arms give numbers to.

Arms belong together where they change the same things besides the parameter; the baseline is one of them, at its own
value. A slope is derived in each block, from all levels, so that a block's own level does not matter; blocks that lack
a level are left out, for their slope would be that of another stretch.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from packshot.experiment.effect import Interval, Observation, Trend
from packshot.experiment.effect_measures import largest_difference
from packshot.experiment.observed import ArmSeen, Observed
from packshot.experiment.statistics import Block, is_shown, sample, t_interval
from packshot.experiment.trend_words import trend_sentence

PARAMETERS: Final = ("steps", "guidance", "strength")
LEVELS_MIN: Final = 3

Where = tuple[tuple[str, str], ...]
Levels = dict[float, list[ArmSeen]]
"""The parameter's values in rising order, each with the arms that have it (the baseline may have two names)."""


def trends(observations: Iterable[Observation]) -> list[Trend]:
    """Every measure along every parameter that at least three arms give different numbers to."""
    return trends_of(Observed(observations))


def trends_of(observed: Observed) -> list[Trend]:
    """The same, of observations that are sorted already."""
    found = [
        _trend(observed, parameter, where, levels, measure)
        for parameter in PARAMETERS
        for where, levels in _groups(observed, parameter).items()
        if len(levels) >= LEVELS_MIN
        for measure in observed.measures
    ]
    return [trend for trend in found if trend is not None]


def _groups(observed: Observed, parameter: str) -> dict[Where, Levels]:
    """The arms by what they change besides the parameter."""
    groups: dict[Where, Levels] = defaultdict(lambda: defaultdict(list))
    for arm in observed.arms.values():
        levels = {settings.get(parameter) for settings in arm.settings.values()}
        level = levels.pop() if len(levels) == 1 else None
        if level is not None:
            where = tuple(sorted(entry for entry in arm.change if entry[0] != parameter))
            groups[where][level].append(arm)
    return {where: dict(sorted(levels.items())) for where, levels in groups.items()}


def _trend(observed: Observed, parameter: str, where: Where, levels: Levels, measure: str) -> Trend | None:
    values = {level: _values(observed, measure, arms) for level, arms in levels.items()}
    values = {level: by_block for level, by_block in values.items() if by_block}
    if len(values) < LEVELS_MIN:
        return None
    seen = set().union(*values.values())
    whole = {block for block in seen if all(block in by_block for by_block in values.values())}
    if not whole:
        return None
    along = np.array(list(values))
    slopes = {block: _slope(along, np.array([values[level][block] for level in values])) for block in whole}
    found = sample(slopes)
    size = max(abs(by_block[block]) for by_block in values.values() for block in whole)
    scale = size / float(np.ptp(along))
    interval = t_interval(found, scale)
    shown = is_shown(found, interval, scale)
    limit = largest_difference(measure, observed.units[measure])
    means = tuple(_level(level, {block: values[level][block] for block in whole}, limit) for level in values)
    return Trend(
        parameter=parameter,
        measure=measure,
        unit=observed.units[measure],
        levels=means,
        blocks=found.blocks,
        slope=found.mean,
        interval=interval,
        shown=shown,
        sentence=trend_sentence(
            parameter=parameter,
            where=where,
            measure=measure,
            unit=observed.units[measure],
            levels=[(level, mean) for level, mean, _interval in means],
            found=found,
            blocks=whole,
            of=len({block for arms in levels.values() for arm in arms for block in arm.blocks}),
            interval=interval,
            shown=shown,
        ),
        where=where,
    )


def _values(observed: Observed, measure: str, arms: list[ArmSeen]) -> dict[Block, float]:
    """The first arm's numbers, completed by those of other arms at the same level."""
    found: dict[Block, float] = {}
    for arm in reversed(arms):
        found |= observed.values(measure, arm.name)
    return found


def _slope(along: np.ndarray, values: np.ndarray) -> float:
    """Least squares: Σ(x - x̄)(y - ȳ) / Σ(x - x̄)²; both (levels,)."""
    centred = along - along.mean()
    return float(centred @ (values - values.mean()) / (centred @ centred))


def _level(level: float, by_block: Mapping[Block, float], limit: float) -> tuple[float, float, Interval | None]:
    """The level's mean with its interval; of a share or percentage (a finite `limit`) what is possible of it."""
    found = sample(by_block)
    interval = t_interval(found, abs(found.mean))
    if interval is not None and math.isfinite(limit):
        interval = Interval(max(interval.low, 0.0), min(interval.high, limit), interval.method)
    return level, found.mean, interval

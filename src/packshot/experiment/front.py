"""Quality against seconds per picture: which settings nothing beats.

Settings are compared over the blocks that all of them have, for another product is another quality. An arm that has
fewer than half of all blocks would leave little to compare, and stands apart. So does one that starts from a source
where the baseline does not, and the other way round: it takes fewer steps for another task.
"""

from __future__ import annotations

from collections.abc import Iterable

from packshot.experiment.effect import Observation, Setting
from packshot.experiment.effect_measures import HIGHER_IS_BETTER, LOWER_IS_BETTER, SECONDS, better
from packshot.experiment.observed import Observed
from packshot.experiment.statistics import Block, sample


def default_measure(observed: Observed) -> str | None:
    """The first measure of quality that at least two arms have, those preferred that the baseline has."""
    known = [measure for measure in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER) if measure in observed.units]
    several = [measure for measure in known if sum(bool(observed.values(measure, arm)) for arm in observed.arms) > 1]
    base = observed.baseline
    with_baseline = [measure for measure in several if base is not None and observed.values(measure, base)]
    return next(iter([*with_baseline, *several]), None)


def front(observations: Iterable[Observation], measure: str) -> list[Setting]:
    """Every arm as a choice, quickest first; of arms with the same pictures the first alone."""
    return front_of(Observed(observations), measure)


def front_of(observed: Observed, measure: str) -> list[Setting]:
    """The same, of observations that are sorted already."""
    arms = {arm: blocks for arm in _distinct(observed) if (blocks := _measured(observed, measure, arm))}
    if observed.baseline in arms:
        task = _from_source(observed, observed.baseline)
        arms = {arm: blocks for arm, blocks in arms.items() if _from_source(observed, arm) is task}
    every = set().union(*arms.values())
    arms = {arm: blocks for arm, blocks in arms.items() if 2 * len(blocks) >= len(every)}
    common = set.intersection(*arms.values()) if arms else set()
    means = {
        arm: (
            _mean(observed, measure, arm, common or blocks),
            _mean(observed, SECONDS, arm, common or blocks),
            len(common or blocks),
        )
        for arm, blocks in arms.items()
    }
    sign = better(measure)
    settings = [
        Setting(arm, quality, seconds, pictures, not _is_beaten(arm, means, sign))
        for arm, (quality, seconds, pictures) in means.items()
    ]
    return sorted(settings, key=lambda setting: (setting.seconds, -sign * setting.quality, setting.arm))


def _distinct(observed: Observed) -> list[str]:
    """The arms without those that repeat an earlier one."""
    kept: list[str] = []
    for arm in observed.arms.values():
        if not any(observed.arms[other].blocks == arm.blocks and all(arm.blocks.values()) for other in kept):
            kept.append(arm.name)
    return kept


def _from_source(observed: Observed, arm: str) -> bool:
    return any("strength" in settings for settings in observed.arms[arm].settings.values())


def _measured(observed: Observed, measure: str, arm: str) -> set[Block]:
    return {*observed.values(measure, arm)} & {*observed.values(SECONDS, arm)}


def _mean(observed: Observed, measure: str, arm: str, blocks: set[Block]) -> float:
    values = observed.values(measure, arm)
    return sample({block: values[block] for block in blocks}).mean


def _is_beaten(arm: str, means: dict[str, tuple[float, float, int]], sign: int) -> bool:
    quality, seconds = sign * means[arm][0], means[arm][1]
    return any(
        (sign * other >= quality and theirs < seconds) or (sign * other > quality and theirs <= seconds)
        for name, (other, theirs, _pictures) in means.items()
        if name != arm
    )

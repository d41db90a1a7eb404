"""Quality against seconds per picture: which settings nothing beats, and which to take.

Settings are compared over the blocks that all of them have, for another product is another quality. An arm that has
fewer than half of all blocks would leave little to compare, and stands apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packshot.experiment.effect import Effect, Observation, Setting
from packshot.experiment.effect_measures import HIGHER_IS_BETTER, LOWER_IS_BETTER, SECONDS, better
from packshot.experiment.effects import compare
from packshot.experiment.front_words import recommendation_sentence
from packshot.experiment.observed import Observed
from packshot.experiment.statistics import Block, sample


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The setting to take, None where none reaches what is asked; `at_least` is the quality that was asked for.

    Of a measure of which less is better it is *at most*. `effect` is the setting against the baseline.
    """

    setting: Setting | None
    at_least: float | None
    effect: Effect | None
    sentence: str


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


def recommend(
    observations: Iterable[Observation], settings: Iterable[Setting], measure: str, at_least: float | None = None
) -> Recommendation:
    """The quickest setting that is good enough.

    With `at_least`, good enough is a mean that reaches it. Without, it is what is not shown to be worse than the
    baseline: a setting whose interval leaves out 0 on the bad side is out, and so is one without an interval whose mean
    is below the baseline's, for of that one nothing is known. *Not shown to be worse* is not *as good*: the sentence
    names the worst that the interval allows, and a person who cannot accept that names `at_least`.
    """
    return recommend_of(Observed(observations), list(settings), measure, at_least)


def recommend_of(
    observed: Observed, settings: list[Setting], measure: str, at_least: float | None = None
) -> Recommendation:
    """The same, of observations that are sorted already. `settings` come quickest first."""
    base = observed.baseline
    against = {
        setting.arm: compare(observed, setting.arm, base, measure)
        for setting in settings
        if base is not None and setting.arm != base
    }
    sign = better(measure)
    if at_least is not None:
        enough = [setting for setting in settings if sign * setting.quality >= sign * at_least]
    else:
        reference = next((setting for setting in settings if setting.arm == base), None)
        enough = [
            setting
            for setting in settings
            if reference is not None and _is_enough(setting, reference, against.get(setting.arm), sign)
        ]
    chosen = min(enough, key=lambda setting: (setting.seconds, -sign * setting.quality), default=None)
    effect = against.get(chosen.arm) if chosen is not None else None
    sentence = recommendation_sentence(
        chosen=chosen,
        settings=settings,
        base=base,
        effect=effect,
        measure=measure,
        unit=observed.units.get(measure),
        sign=sign,
        at_least=at_least,
    )
    return Recommendation(chosen, at_least, effect, sentence)


def _is_enough(setting: Setting, reference: Setting, effect: Effect | None, sign: int) -> bool:
    if setting.arm == reference.arm:
        return True
    if effect is None or effect.interval is None:
        return sign * setting.quality >= sign * reference.quality
    bad_end = effect.interval.high if sign > 0 else -effect.interval.low
    return bad_end >= 0

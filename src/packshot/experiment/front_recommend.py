"""Which setting to take: the quickest that is good enough, where more than luck says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packshot.experiment.effect import Effect, Observation, Setting
from packshot.experiment.effect_measures import SECONDS, better
from packshot.experiment.effects import compare, differences
from packshot.experiment.front_words import recommendation_sentence
from packshot.experiment.observed import Observed
from packshot.experiment.statistics import is_shown, standard_error, t_interval


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The setting to take, None where none reaches what is asked; `at_least` is the quality that was asked for.

    Of a measure of which less is better it is *at most*. `reference` is the arm that settings are compared with, and
    `effect` what the setting differs from it. `needs_seeds` where none is named because none can be told apart from
    the reference, in quality or in seconds.
    """

    setting: Setting | None
    at_least: float | None
    reference: str | None
    effect: Effect | None
    sentence: str
    needs_seeds: bool = False


def recommend(
    observations: Iterable[Observation], settings: Iterable[Setting], measure: str, at_least: float | None = None
) -> Recommendation:
    """The quickest setting that is good enough.

    With `at_least`, good enough is a mean that reaches it. Without, it is a mean that is at most one standard error of
    the paired difference worse than the reference's (the one-standard-error rule: Breiman, Friedman, Olshen and Stone,
    Classification and Regression Trees, 1984, 3.4.3); without a standard error, one that is not worse at all. What
    merely is *not shown to be worse* would be too little: with few pairs that holds of settings that are much worse.
    It takes the reference's place only where it is shown to be quicker, or better. Where no setting is shown to differ
    from the reference in either, none is named.
    """
    return recommend_of(Observed(observations), list(settings), measure, at_least)


def recommend_of(
    observed: Observed, settings: list[Setting], measure: str, at_least: float | None = None
) -> Recommendation:
    """The same, of observations that are sorted already."""
    sign = better(measure)
    reference = _reference(observed, settings)
    if at_least is not None:
        enough = [setting for setting in settings if sign * setting.quality >= sign * at_least]
    else:
        enough = [setting for setting in settings if reference and _is_enough(observed, setting, reference, measure)]
    as_good = enough
    if at_least is None and reference is not None:
        enough = [s for s in enough if s == reference or _is_gain(observed, s, reference, measure)]
    chosen = min(enough, key=lambda setting: (setting.seconds, -sign * setting.quality), default=None)
    needs_seeds = at_least is None and reference is not None and not _any_apart(observed, settings, reference, measure)
    if needs_seeds:
        chosen = None
    effect = None
    if chosen is not None and reference is not None and chosen != reference:
        effect = compare(observed, chosen.arm, reference.arm, measure)
    sentence = recommendation_sentence(
        chosen=chosen,
        settings=settings,
        reference=reference,
        effect=effect,
        measure=measure,
        unit=observed.units.get(measure),
        sign=sign,
        at_least=at_least,
        pairs=_most_pairs(observed, settings, reference, measure) if needs_seeds and reference else 0,
        rivals=_rivals(observed, as_good, chosen) if chosen is not None else [],
    )
    return Recommendation(chosen, at_least, reference.arm if reference else None, effect, sentence, needs_seeds)


def _rivals(observed: Observed, as_good: list[Setting], chosen: Setting) -> list[str]:
    """The others that are as good, and not shown to be slower than the chosen one."""
    return [s.arm for s in as_good if s != chosen and _shown(observed, s.arm, chosen.arm, SECONDS) <= 0]


def _is_gain(observed: Observed, setting: Setting, reference: Setting, measure: str) -> bool:
    is_quicker = _shown(observed, setting.arm, reference.arm, SECONDS) < 0
    return is_quicker or better(measure) * _shown(observed, setting.arm, reference.arm, measure) > 0


def _any_apart(observed: Observed, settings: list[Setting], reference: Setting, measure: str) -> bool:
    others = [setting.arm for setting in settings if setting != reference]
    return any(_shown(observed, arm, reference.arm, name) for arm in others for name in (measure, SECONDS))


def _most_pairs(observed: Observed, settings: list[Setting], reference: Setting, measure: str) -> int:
    others = [setting.arm for setting in settings if setting != reference]
    return max((len(observed.pairs(measure, arm, reference.arm)) for arm in others), default=0)


def _shown(observed: Observed, arm: str, other: str, measure: str) -> int:
    """1 where an arm's measure is shown to be higher than another's, -1 where lower, 0 where luck may have done it."""
    pairs = observed.pairs(measure, arm, other)
    if not pairs:
        return 0
    found = differences(pairs)
    scale = max(abs(value) for pair in pairs.values() for value in pair)
    if not is_shown(found, t_interval(found, scale), scale):
        return 0
    return 1 if found.mean > 0 else -1


def _reference(observed: Observed, settings: list[Setting]) -> Setting | None:
    """The baseline; where it lacks the measure (likeness to a source), the arm that most others are compared with."""
    by_arm = {setting.arm: setting for setting in settings}
    if observed.baseline in by_arm:
        return by_arm[observed.baseline]
    named = [observed.arms[arm].against for arm in by_arm]
    candidates = [arm for arm in by_arm if arm in named]
    return by_arm[max(candidates, key=named.count)] if candidates else None


def _is_enough(observed: Observed, setting: Setting, reference: Setting, measure: str) -> bool:
    if setting.arm == reference.arm:
        return True
    sign = better(measure)
    pairs = observed.pairs(measure, setting.arm, reference.arm)
    if not pairs:
        return sign * setting.quality >= sign * reference.quality
    found = differences(pairs)
    size = max(abs(value) for pair in pairs.values() for value in pair)
    return sign * found.mean >= -(standard_error(found, size) or 0)

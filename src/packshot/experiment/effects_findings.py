"""All that an experiment answers, in one value."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from packshot.errors import RecordError
from packshot.experiment.effect import ArmSeconds, Effect, Observation, Setting, Trend
from packshot.experiment.effect_measures import HIGHER_IS_BETTER, LOWER_IS_BETTER, better, words
from packshot.experiment.effects import Chance, LeftOut, chance, effects_of, left_out_of
from packshot.experiment.front import default_measure, front_of
from packshot.experiment.front_recommend import Recommendation, recommend_of
from packshot.experiment.observed import Observed
from packshot.experiment.statistics import SEED
from packshot.experiment.trend import trends_of


@dataclass(frozen=True, slots=True)
class Findings:
    """Effects, what was not compared, trends, and the settings by the quality that was asked for.

    `quality` is the measure of the front; None where nothing can be compared by it. `caveats` are sentences on how far
    the numbers carry.
    """

    effects: tuple[Effect, ...]
    left_out: tuple[LeftOut, ...]
    chance: Chance
    trends: tuple[Trend, ...]
    quality: str | None
    settings: tuple[Setting, ...]
    recommendation: Recommendation | None
    caveats: tuple[str, ...] = ()
    seconds: tuple[ArmSeconds, ...] = ()


def find_effects(
    observations: Iterable[Observation],
    *,
    measure: str | None = None,
    at_least: float | None = None,
    caveats: tuple[str, ...] = (),
    seed: int = SEED,
) -> Findings:
    """Derive everything. `measure` is the quality of the front, `at_least` what is enough of it.

    Of a measure that has no better side there is no front. Raises RecordError on a measure that the experiment lacks,
    and on an `at_least` that is no number or of a measure without a better side.
    """
    observed = Observed(observations)
    if measure is not None:
        _check_measure(observed, measure, at_least)
    if at_least is not None and not math.isfinite(at_least):
        raise RecordError("record.measure", "no quality to reach", expected="a number", got=str(at_least))
    quality = default_measure(observed) if measure is None else measure
    if measure is not None and not better(measure):
        quality = None
        caveats = (
            *caveats,
            f"Neither more nor less of {words(measure)} is better, so no setting is recommended by it.",
        )
    found = effects_of(observed, seed=seed)
    settings = front_of(observed, quality) if quality else []
    return Findings(
        effects=tuple(found),
        left_out=tuple(left_out_of(observed)),
        chance=chance(found),
        trends=tuple(trends_of(observed)),
        quality=quality,
        settings=tuple(settings),
        recommendation=recommend_of(observed, settings, quality, at_least) if quality else None,
        caveats=(chance(found).sentence, *caveats) if found else caveats,
    )


def _check_measure(observed: Observed, measure: str, at_least: float | None) -> None:
    known = [name for name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER) if name in observed.units]
    if measure in observed.units and at_least is not None and not better(measure):
        raise RecordError(
            "record.measure",
            f"neither more nor less of {measure} is better",
            expected=f"a measure of quality: {', '.join(known)}",
            got=measure,
        )
    if measure not in observed.units:
        raise RecordError(
            "record.measure",
            "nothing was measured by that name",
            expected=f"one of {', '.join(observed.units)}" if known else "pictures that were measured",
            got=measure,
        )

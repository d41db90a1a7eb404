"""What a shop asks first: one line for each parameter and its main measure, whether an effect is shown or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from packshot.experiment.effect import Effect, Trend
from packshot.experiment.effect_measures import words
from packshot.report.arms import label_of
from packshot.report.wording import count, listing, measured

ASKED: Final = (
    ("guidance", ("adherence",)),
    ("steps", ("adherence",)),
    ("scheduler", ("adherence",)),
    ("strength", ("likeness_product_ssim", "likeness_ssim", "likeness_psnr")),
    ("steps", ("seconds",)),
)
"""A parameter, and the measures that answer for it: of several the first that was measured."""
TOLD: Final = 2
"""Arms told one by one where a parameter has no trend."""
ONE_WAY: Final = " The means go one way."
"""Said of most trends, and nothing that a short answer needs."""
BESIDE: Final = {"source", "fit"}
"""What changes together with strength, and is one thing with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and what it answers for."""

    parameter: str
    measure: str
    sentence: str


def leading_lines(trends: Sequence[Trend], effects: Sequence[Effect]) -> tuple[Line, ...]:
    """The lines in the order of `ASKED`; none for what was not varied, or cannot be told from luck."""
    found = []
    for parameter, measures in ASKED:
        lines = (_lines(parameter, measure, trends, effects) for measure in measures)
        found += next((line for line in lines if line), [])
    return tuple(found)


def parameter_of(effect: Effect) -> str:
    """The one parameter that an arm changes; several by their names, `""` where it changes none."""
    keys = [key for key, _ in effect.change]
    return ", ".join(key for key in keys if key not in BESIDE or len(keys) == 1)


def _lines(parameter: str, measure: str, trends: Sequence[Trend], effects: Sequence[Effect]) -> list[Line]:
    along = [t for t in trends if (t.parameter, t.measure) == (parameter, measure) and t.shown is not None]
    if along:
        return [Line(parameter, measure, trend_line(trend)) for trend in along]
    arms = [e for e in effects if (parameter_of(e), e.measure) == (parameter, measure) and e.shown is not None]
    shown = sorted((e for e in arms if e.shown), key=lambda effect: -abs(effect.difference))
    if shown:
        return [Line(parameter, measure, effect.sentence) for effect in shown[:TOLD]]
    if len(arms) > 1:
        return [Line(parameter, measure, _none_shown(arms))]
    return [Line(parameter, measure, effect.sentence) for effect in arms]


def trend_line(trend: Trend) -> str:
    """A trend's sentence, and the means at both ends: a slope alone is hard to picture."""
    means = [mean for _, mean, _ in trend.levels]
    first, last = measured(means[0], trend.unit), measured(means[-1], trend.unit)
    if not trend.shown or first == last:
        return trend.sentence
    return f"{trend.sentence.removesuffix(ONE_WAY)} The mean goes from {first} to {last}."


def _none_shown(effects: Iterable[Effect]) -> str:
    told = list(effects)
    pairs = {effect.pairs for effect in told}
    fewest = count(min(pairs), "pair")
    basis = f"{fewest} each" if len(pairs) == 1 else f"{fewest} or more each"
    return f"No difference shown in {words(told[0].measure)} by {listing([label_of(e) for e in told])} ({basis})."

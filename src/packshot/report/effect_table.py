"""Effects as tables, a table for each measure: every number in words of a language, at the digits that it warrants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packshot.experiment.effect import Effect, Interval
from packshot.experiment.effect_words import precision
from packshot.report import wording
from packshot.report.arms import change_words
from packshot.report.blocks import BASELINE
from packshot.report.charts.figures import effects_by_measure
from packshot.report.facts import sentence_of, words_of
from packshot.report.languages import Language


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One comparison. Without an interval `interval` is empty, and so is `bootstrap` without a second one.

    `arm` is called by what it changes, and `is_named` where it has its name alone. `there` is the mean of `against`,
    `here` its own. `shown` says yes, or why not; `is_shown` whether it is yes.
    """

    arm: str
    is_named: bool
    against: str
    there: str
    here: str
    difference: str
    interval: str
    bootstrap: str
    pairs: str
    shown: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class EffectTable:
    """The effects on one measure."""

    measure: str
    unit: str
    rows: tuple[EffectRow, ...]

    @property
    def heading(self) -> str:
        """`Likeness SSIM`, `Seconds per picture (s)`."""
        return f"{sentence_of(self.measure)} ({self.unit})" if self.unit else sentence_of(self.measure)


def effect_tables(effects: Iterable[Effect], language: Language) -> tuple[EffectTable, ...]:
    """All effects, those on measures that a reader asks for first at the beginning."""
    return tuple(
        EffectTable(
            language.say(words_of(measure)),
            language.term(entries[0].unit) if entries[0].unit else "",
            tuple(_row(effect, language) for effect in entries),
        )
        for measure, entries in effects_by_measure(effects)
    )


def difference_words(value: float, interval: Interval | None, unit: str | None = None) -> str:
    """A difference or slope at the digits that its interval warrants: `+0.031`, `−1.5 dB`."""
    text = wording.rounded_signed(value, precision(value, interval))
    return f"{text} {unit}" if unit else text


def _row(effect: Effect, language: Language) -> EffectRow:
    change = change_words(effect.change)
    second = effect.bootstrap if effect.interval is not None else None
    return EffectRow(
        arm=language.say(change) if change else effect.arm,
        is_named=not change,
        against=language.term(effect.against) if effect.against == BASELINE else effect.against,
        there=language.term(wording.measured(effect.against_mean, None)),
        here=language.term(wording.measured(effect.arm_mean, None)),
        difference=language.say(difference_words(effect.difference, effect.interval)),
        interval=_ends(effect.interval, language),
        bootstrap=f"{_ends(second, language)} ({language.term(second.method)})" if second is not None else "",
        pairs=str(effect.pairs),
        shown=language.say({True: "yes", False: "no difference shown", None: "cannot be told from luck"}[effect.shown]),
        is_shown=bool(effect.shown),
    )


def _ends(interval: Interval | None, language: Language) -> str:
    return "" if interval is None else language.say(wording.between(interval.low, interval.high))

"""Which charts a report has, in the order of its sections, and the numbers that each draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from packshot.experiment.effect import ArmSeconds, Effect, Setting, Trend
from packshot.report.answer import telling_first
from packshot.report.arms import change_words
from packshot.report.charts.effects import effect_chart
from packshot.report.charts.quality import quality_chart
from packshot.report.charts.render import Chart
from packshot.report.charts.seconds import seconds_chart
from packshot.report.charts.trends import trend_chart
from packshot.report.facts import words_of
from packshot.report.languages import Language

DRAWN: Final = 12
"""Measures drawn, trends likewise; the tables have them all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The charts of a report."""

    effects: tuple[Chart, ...]
    trends: tuple[Chart, ...]
    quality: Chart | None
    seconds: Chart | None

    @property
    def all(self) -> tuple[Chart, ...]:
        """All of them."""
        return tuple(chart for chart in (*self.effects, *self.trends, self.quality, self.seconds) if chart is not None)


class Derived(Protocol):
    """What charts are drawn of: an experiment's findings, wherever they are kept."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All of them."""

    @property
    def trends(self) -> tuple[Trend, ...]:
        """All of them."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The arms by quality and time."""

    @property
    def quality(self) -> str | None:
        """The measure of the settings."""

    @property
    def seconds(self) -> tuple[ArmSeconds, ...]:
        """The arms by time."""


def draw(found: Derived, language: Language) -> Figures:
    """All charts in a language."""
    measures = [entry for entry in effects_by_measure(found.effects) if any(effect.interval for effect in entry[1])]
    trends = [trend for trend in in_order(found.trends) if trend.interval is not None]
    return Figures(
        effects=tuple(effect_chart(effects, words_of(measure), language) for measure, effects in measures[:DRAWN]),
        trends=tuple(trend_chart(trend, words_of(trend.measure), language) for trend in trends[:DRAWN]),
        quality=None if len(found.settings) < 2 else _quality(found, language),
        seconds=seconds_chart(found.seconds, language),
    )


def effects_by_measure(effects: Iterable[Effect]) -> tuple[tuple[str, tuple[Effect, ...]], ...]:
    """The effects of each measure, those that a reader asks for first at the beginning."""
    groups: dict[str, list[Effect]] = {}
    for effect in effects:
        groups.setdefault(effect.measure, []).append(effect)
    return tuple((measure, tuple(groups[measure])) for measure in telling_first(groups))


def in_order(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Those that are shown first, and among them those that a reader asks for."""
    order = {measure: place for place, measure in enumerate(telling_first(trend.measure for trend in trends))}
    return tuple(sorted(trends, key=lambda trend: (not trend.shown, order[trend.measure])))


def _quality(found: Derived, language: Language) -> Chart:
    labels = {arm.arm: language.say(change_words(arm.change)) for arm in found.seconds if arm.change}
    return quality_chart(found.settings, words_of(found.quality or "quality"), labels, language)

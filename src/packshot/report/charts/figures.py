"""Which charts a report has, in the order of its sections, and the numbers that each draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from packshot.experiment.effect import Effect, Setting, Trend
from packshot.report.answer import telling_first
from packshot.report.arms import arms_of
from packshot.report.charts.effects import effect_chart
from packshot.report.charts.quality import quality_chart
from packshot.report.charts.render import Chart
from packshot.report.charts.seconds import seconds_chart
from packshot.report.charts.trends import trend_chart
from packshot.report.data import ReportData
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


def effects_by_measure(data: ReportData) -> tuple[tuple[str, tuple[Effect, ...]], ...]:
    """The effects of each measure, those that a reader asks for first at the beginning."""
    groups: dict[str, list[Effect]] = {}
    for effect in data.analysis.effects:
        groups.setdefault(effect.measure, []).append(effect)
    return tuple((measure, tuple(groups[measure])) for measure in telling_first(groups))


def draw(data: ReportData, language: Language) -> Figures:
    """All charts in a language."""
    measures = [(measure, effects) for measure, effects in effects_by_measure(data) if any(e.interval for e in effects)]
    trends = [trend for trend in trends_of(data) if trend.interval is not None]
    settings = data.analysis.settings
    return Figures(
        effects=tuple(effect_chart(effects, words_of(measure), language) for measure, effects in measures[:DRAWN]),
        trends=tuple(trend_chart(trend, words_of(trend.measure), language) for trend in trends[:DRAWN]),
        quality=None if len(settings) < 2 else _quality(data, settings, language),
        seconds=seconds_chart(arms_of(data), language),
    )


def trends_of(data: ReportData) -> tuple[Trend, ...]:
    """The trends, those that are shown first, and among them those that a reader asks for."""
    order = {measure: place for place, measure in enumerate(telling_first(t.measure for t in data.analysis.trends))}
    return tuple(sorted(data.analysis.trends, key=lambda trend: (not trend.shown, order[trend.measure])))


def _quality(data: ReportData, settings: tuple[Setting, ...], language: Language) -> Chart:
    labels = {arm.name: language.say(arm.change) if arm.change else arm.name for arm in arms_of(data)}
    return quality_chart(settings, words_of(data.analysis.quality or "quality"), labels, language)

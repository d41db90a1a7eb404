"""How a measure goes along a parameter, with the 95 % interval of each mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import Trend
from packshot.report.charts.render import Chart, chart_of
from packshot.report.charts.theme import WIDTH_PX, Palette
from packshot.report.languages import Language

if TYPE_CHECKING:
    import altair as alt

HEIGHT_PX: Final = 190


def trend_chart(trend: Trend, words: str, language: Language) -> Chart:
    """One measure, called `words`, over one parameter."""
    told = [
        {
            "level": level,
            "mean": mean,
            "low": mean if interval is None else interval.low,
            "high": mean if interval is None else interval.high,
        }
        for level, mean, interval in trend.levels
    ]
    unit = f" ({language.term(trend.unit)})" if trend.unit else ""
    axes = language.say(trend.parameter), f"{language.say(words)}{unit}"

    def definition(palette: Palette) -> alt.LayerChart | alt.FacetChart:
        return _layers(told, axes, palette, shown=bool(trend.shown))

    alt_text = language.say(f"Means along {trend.parameter} with 95 % intervals: {words}.")
    name = f"report-trend-{trend.parameter}-{trend.measure}"
    return Chart(name, alt_text, definition, language.number_format, WIDTH_PX)


def _layers(
    told: list[dict[str, Any]], axes: tuple[str, str], palette: Palette, *, shown: bool
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    colour = palette.shown if shown else palette.unshown
    scale = alt.Scale(zero=False, nice=True)
    base = chart_of(told).encode(
        x=alt.X(
            "level:Q",
            title=axes[0],
            scale=alt.Scale(zero=False, nice=False, padding=14),
            axis=alt.Axis(values=[e["level"] for e in told], format=".6~g", grid=False),
        )
    )
    y = alt.Y("mean:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, grid=True))
    low = alt.Y("low:Q", title=None, scale=scale)
    return alt.layer(
        base.mark_rule(color=colour, strokeWidth=2, opacity=0.55).encode(y=low, y2=alt.Y2("high:Q")),
        base.mark_line(color=colour, strokeWidth=1.5).encode(y=y),
        base.mark_point(color=colour, filled=True, size=60, opacity=1).encode(y=y),
    ).properties(
        title=axes[1],
        width=WIDTH_PX,
        height=HEIGHT_PX,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )

"""Quality against seconds a picture: every setting a point, those that no other beats on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import Setting
from packshot.report.charts.render import Chart, chart_of, render
from packshot.report.charts.theme import WIDTH_PX, Palette
from packshot.report.languages import Language

if TYPE_CHECKING:
    import altair as alt

HEIGHT_PX: Final = 300
SCALE: Final = 1.4
"""Wider than the small charts: its points carry names."""


def quality_chart(settings: Sequence[Setting], words: str, labels: Mapping[str, str], language: Language) -> Chart:
    """`labels` name the settings by arm; `words` name the measure."""
    told = [
        {
            "label": labels.get(setting.arm, setting.arm) if setting.on_front else "",
            "seconds": setting.seconds,
            "quality": setting.quality,
            "front": setting.on_front,
        }
        for setting in sorted(settings, key=lambda setting: setting.seconds)
    ]
    axes = language.say("seconds a picture"), language.say(words)

    def definition(palette: Palette) -> alt.TopLevelMixin:
        return _layers(told, axes, palette)

    alt_text = language.say(f"Quality against seconds a picture, a point for each setting: {words}.")
    return render("report-quality", alt_text, definition, language.number_format)


def _layers(told: list[dict[str, Any]], axes: tuple[str, str], palette: Palette) -> alt.TopLevelMixin:
    import altair as alt

    x = alt.X(
        "seconds:Q", title=axes[0], scale=alt.Scale(zero=False, nice=True, padding=18), axis=alt.Axis(tickCount=5)
    )
    y = alt.Y(
        "quality:Q",
        title=axes[1],
        scale=alt.Scale(zero=False, nice=True, padding=12),
        axis=alt.Axis(grid=True, tickCount=5),
    )
    middle = (min(e["seconds"] for e in told) + max(e["seconds"] for e in told)) / 2
    left = [e for e in told if e["front"] and e["seconds"] <= middle]
    right = [e for e in told if e["front"] and e["seconds"] > middle]

    def named(points: list[dict[str, Any]]) -> alt.Chart:
        return chart_of(points).encode(x=x, y=y)

    everyone, front = named([e for e in told if not e["front"]]), named([*left, *right])
    return alt.layer(
        everyone.mark_point(filled=True, size=50, color=palette.unshown, opacity=0.8),
        front.mark_line(color=palette.front, strokeWidth=1.2, interpolate="step-after", opacity=0.7),
        front.mark_point(filled=True, size=75, color=palette.front, opacity=1),
        named(left).mark_text(color=palette.ink, align="left", dx=8, dy=10, fontSize=11.5).encode(text="label:N"),
        named(right).mark_text(color=palette.ink, align="right", dx=-8, dy=-8, fontSize=11.5).encode(text="label:N"),
    ).properties(
        width=round(WIDTH_PX * SCALE), height=HEIGHT_PX, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )

"""Quality against seconds a picture: every setting a point, those that no other beats on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import Setting
from packshot.report.charts.labels import place_labels
from packshot.report.charts.render import Chart, chart_of
from packshot.report.charts.theme import WIDE_PX, Palette
from packshot.report.languages import Language

if TYPE_CHECKING:
    import altair as alt

HEIGHT_PX: Final = 300
LETTERS_PX: Final = 11.5
PLOT_PX: Final = (445.0, 250.0)
"""What axes and titles leave of the chart, near enough to place names by."""
BESIDE: Final = 0.06
ABOVE: Final = 0.08


def quality_chart(settings: Sequence[Setting], words: str, labels: Mapping[str, str], language: Language) -> Chart:
    """`labels` name the settings by arm; `words` name the measure."""
    ordered = sorted(settings, key=lambda setting: setting.seconds)
    told = [{"seconds": setting.seconds, "quality": setting.quality, "front": setting.on_front} for setting in ordered]
    names = [labels.get(setting.arm, setting.arm).strip("`") for setting in ordered]
    axes = language.say("seconds a picture"), language.say(words)

    def definition(palette: Palette) -> alt.LayerChart | alt.FacetChart:
        return _layers(told, names, axes, palette)

    alt_text = language.say(f"Quality against seconds a picture, a point for each setting: {words}.")
    return Chart("report-quality", alt_text, definition, language.number_format, WIDE_PX)


def _layers(
    told: list[dict[str, Any]], names: Sequence[str], axes: tuple[str, str], palette: Palette
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    wide, high = _domain([e["seconds"] for e in told], BESIDE), _domain([e["quality"] for e in told], ABOVE)
    x = alt.X("seconds:Q", title=axes[0], scale=alt.Scale(domain=wide, nice=False), axis=alt.Axis(tickCount=5))
    y = alt.Y(
        "quality:Q",
        title=axes[1],
        scale=alt.Scale(domain=high, nice=False),
        axis=alt.Axis(grid=True, tickCount=5),
    )

    def drawn(points: list[dict[str, Any]]) -> alt.Chart:
        return chart_of(points).encode(x=x, y=y)

    places = [
        ((e["seconds"] - wide[0]) / (wide[1] - wide[0]) * PLOT_PX[0],
         (high[1] - e["quality"]) / (high[1] - high[0]) * PLOT_PX[1])
        for e in told
    ]  # fmt: skip
    front = [index for index, entry in enumerate(told) if entry["front"]]
    labels = place_labels(
        [(places[index], names[index]) for index in front],
        places,
        _stairs([places[index] for index in front]),
        (0.0, 0.0, *PLOT_PX),
    )
    on_front = drawn([told[index] for index in front])
    return alt.layer(
        drawn([e for e in told if not e["front"]]).mark_point(filled=True, size=50, color=palette.unshown, opacity=0.8),
        on_front.mark_line(color=palette.front, strokeWidth=1.2, interpolate="step-after", opacity=0.7),
        on_front.mark_point(filled=True, size=75, color=palette.front, opacity=1),
        *(
            drawn([{**told[index], "label": label.text}])
            .mark_text(
                color=palette.ink, align=label.align, baseline="middle", dx=label.dx, dy=label.dy, fontSize=LETTERS_PX
            )
            .encode(text=alt.Text("label:N"))
            for index, label in zip(front, labels, strict=True)
        ),
    ).properties(width=WIDE_PX, height=HEIGHT_PX, autosize=alt.AutoSizeParams(type="fit", contains="padding"))


def _domain(values: Sequence[float], beside: float) -> tuple[float, float]:
    """From the least to the greatest, with room on both sides for points and names."""
    room = beside * ((max(values) - min(values)) or abs(max(values)) or 1.0)
    return min(values) - room, max(values) + room


def _stairs(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line along the front: level to the next setting, then up to it."""
    found = list(corners[:1])
    for before, after in pairwise(corners):
        found += [(after[0], before[1]), after]
    return found

"""Differences between arms with their 95 % intervals: a small chart for each measure, an arm a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import Effect
from packshot.report.arms import label_of
from packshot.report.charts.render import Chart, chart_of
from packshot.report.charts.theme import WIDTH_PX, Palette
from packshot.report.languages import Language

if TYPE_CHECKING:
    import altair as alt

ROW_PX: Final = 24
PADDING_PX: Final = 6
"""Beside the outermost points, which would lie on the arms' names."""
ROWS: Final = 24
"""Arms in one chart; the table has them all."""


def effect_chart(effects: Sequence[Effect], words: str, language: Language) -> Chart:
    """The effects of one measure, called `words`, with intervals where they have one."""
    chosen = effects[:ROWS]
    named = [effect.against for effect in chosen]
    base = max(dict.fromkeys(named), key=named.count)
    told = [
        {
            "label": _label(effect, base, language),
            "difference": effect.difference,
            "low": effect.difference if effect.interval is None else effect.interval.low,
            "high": effect.difference if effect.interval is None else effect.interval.high,
            "state": _state(effect),
        }
        for effect in chosen
    ]
    unit = f" ({language.term(effects[0].unit)})" if effects[0].unit else ""
    title = f"{language.say(f'difference to `{base}`').replace('`', '')}{unit}"

    def definition(palette: Palette) -> alt.LayerChart | alt.FacetChart:
        return _layers(told, language.say(words), title, palette)

    alt_text = language.say(f"Differences with 95 % intervals: {words}.")
    return Chart(f"report-effect-{effects[0].measure}", alt_text, definition, language.number_format, WIDTH_PX)


def _label(effect: Effect, base: str, language: Language) -> str:
    """Most arms of a chart are compared with one; the others name theirs."""
    own = language.say(label_of(effect)).strip("`")
    return own if effect.against == base else f"{own} / {effect.against}"


def _state(effect: Effect) -> str:
    return {True: "shown", False: "unshown", None: "untold"}[effect.shown]


def _layers(told: list[dict[str, Any]], heading: str, axis: str, palette: Palette) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    states = ["shown", "unshown", "untold"]
    around = alt.Scale(domain=states, range=[palette.shown, palette.unshown, palette.unshown])
    inside = alt.Scale(domain=states, range=[palette.shown, palette.unshown, "transparent"])
    rows = [{**entry, "label": entry["label"].strip("`")} for entry in told]
    order = [entry["label"] for entry in rows]
    place = alt.Scale(padding=PADDING_PX, nice=True)
    base = chart_of(rows).encode(y=alt.Y("label:N", sort=order, title=None))
    zero = chart_of([{"zero": 0}]).mark_rule(color=palette.muted, strokeDash=[3, 3])
    interval = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=axis, axis=alt.Axis(tickCount=5, labelOverlap=True), scale=place),
        x2=alt.X2("high:Q"),
        stroke=alt.Stroke("state:N", scale=around, legend=None),
    )
    point = base.mark_point(size=55, strokeWidth=1.5, opacity=1).encode(
        x=alt.X("difference:Q", scale=place),
        stroke=alt.Stroke("state:N", scale=around, legend=None),
        fill=alt.Fill("state:N", scale=inside, legend=None),
    )
    return alt.layer(zero.encode(x=alt.X("zero:Q")), interval, point).properties(
        title=heading,
        width=WIDTH_PX,
        height=alt.Step(ROW_PX),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )

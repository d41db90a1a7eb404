"""Differences between arms with their 95 % intervals: a small chart for each measure, an arm a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import Effect
from packshot.report.arms import change_words
from packshot.report.charts.render import Chart, chart_of, render
from packshot.report.charts.theme import WIDTH_PX, Palette
from packshot.report.languages import Language

if TYPE_CHECKING:
    import altair as alt

ROW_PX: Final = 24
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
    title = f"{language.say(f'difference to {base}')}{unit}"

    def definition(palette: Palette) -> alt.TopLevelMixin:
        return _layers(told, language.say(words), title, palette)

    alt_text = language.say(f"Differences with 95 % intervals: {words}.")
    return render(f"report-effect-{effects[0].measure}", alt_text, definition, language.number_format)


def _label(effect: Effect, base: str, language: Language) -> str:
    """Most arms of a chart are compared with one; the others name theirs."""
    own = language.say(label_of(effect)).strip("`")
    return own if effect.against == base else f"{own} / {effect.against}"


def label_of(effect: Effect) -> str:
    """An arm by what it changes, else by its name."""
    return change_words(effect.change) or f"`{effect.arm}`"


def _state(effect: Effect) -> str:
    return "shown" if effect.shown else "untold" if effect.interval is None else "unshown"


def _layers(told: list[dict[str, Any]], heading: str, axis: str, palette: Palette) -> alt.TopLevelMixin:
    import altair as alt

    colours = alt.Scale(domain=["shown", "unshown", "untold"], range=[palette.shown, palette.unshown, palette.unshown])
    colour = alt.Color("state:N", scale=colours, legend=None)
    rows = [{**entry, "label": entry["label"].strip("`")} for entry in told]
    order = [entry["label"] for entry in rows]
    base = chart_of(rows).encode(y=alt.Y("label:N", sort=order, title=None))
    zero = chart_of([{"zero": 0}]).mark_rule(color=palette.muted, strokeDash=[3, 3])
    interval = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=axis, axis=alt.Axis(tickCount=5)), x2="high:Q", color=colour
    )
    filled = alt.FillOpacity(
        "state:N", scale=alt.Scale(domain=["shown", "unshown", "untold"], range=[1, 1, 0]), legend=None
    )
    inside = alt.Fill("state:N", scale=colours, legend=None)
    dot = base.mark_point(size=55, strokeWidth=1.5, opacity=1)
    point = dot.encode(x="difference:Q", color=colour, fill=inside, fillOpacity=filled)
    return alt.layer(zero.encode(x="zero:Q"), interval, point).properties(
        title=heading,
        width=WIDTH_PX,
        height=alt.Step(ROW_PX),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )

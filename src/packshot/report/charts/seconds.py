"""Seconds a picture by stage, stacked: a bar for each arm, its pictures' mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment.effect import ArmSeconds
from packshot.report.charts.render import Chart, chart_of
from packshot.report.charts.theme import WIDE_PX, Palette
from packshot.report.languages import Language
from packshot.report.wording import seconds

if TYPE_CHECKING:
    import altair as alt

STAGES: Final = (("encode", "encode_s"), ("denoise", "denoise_s"), ("decode", "decode_s"))
ROW_PX: Final = 22
BARS: Final = 40


def seconds_chart(arms: Sequence[ArmSeconds], language: Language) -> Chart | None:
    """None where no picture was timed. Of more than 40 arms, the first; the table has them all."""
    timed = arms[:BARS]
    if max((arm.picture_s for arm in timed), default=0.0) <= 0:
        return None
    values = [
        {"arm": arm.arm, "stage": language.say(stage), "seconds": getattr(arm, field), "order": order}
        for arm in timed
        for order, (stage, field) in enumerate(STAGES)
    ]
    ends = [{"arm": arm.arm, "total": arm.picture_s, "text": language.say(seconds(arm.picture_s))} for arm in timed]
    stages = [language.say(stage) for stage, _ in STAGES]
    axis = language.say("seconds a picture")

    def definition(palette: Palette) -> alt.LayerChart | alt.FacetChart:
        return _layers(values, ends, stages, axis, palette)

    told = "; ".join(f"{end['arm']} {end['text']}" for end in ends)
    alt_text = f"{language.say('Seconds a picture, by stage')}{language.say(':')} {told}"
    return Chart("report-seconds", alt_text, definition, language.number_format, WIDE_PX)


def _layers(
    values: list[dict[str, Any]], ends: list[dict[str, Any]], stages: list[str], axis: str, palette: Palette
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    order = [entry["arm"] for entry in ends]
    colours = alt.Scale(domain=stages, range=[palette.encode, palette.denoise, palette.decode])
    longest = max(entry["total"] for entry in ends)
    x = alt.X(
        "seconds:Q", title=axis, stack="zero", scale=alt.Scale(domainMax=longest * 1.14), axis=alt.Axis(tickCount=6)
    )
    bars = (
        chart_of(values)
        .mark_bar(height=11)
        .encode(
            x=x,
            y=alt.Y("arm:N", sort=order, title=None, axis=alt.Axis(labelLimit=170)),
            color=alt.Color("stage:N", scale=colours, title=None, sort=stages),
            order=alt.Order("order:Q"),
        )
    )
    text = (
        chart_of(ends)
        .mark_text(align="left", dx=5, color=palette.ink, fontSize=11.5)
        .encode(x=alt.X("total:Q"), y=alt.Y("arm:N", sort=order, title=None), text=alt.Text("text:N"))
    )
    return alt.layer(bars, text).properties(
        width=WIDE_PX,
        height=alt.Step(ROW_PX),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )

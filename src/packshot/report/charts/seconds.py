"""Seconds a picture by stage, stacked: a bar for each arm, its pictures' mean."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from packshot.report.arms import ArmShots
from packshot.report.charts.render import Chart, chart_of, render
from packshot.report.charts.theme import WIDTH_PX, Palette
from packshot.report.languages import Language
from packshot.report.wording import seconds

if TYPE_CHECKING:
    import altair as alt

STAGES: Final = (("encode", "encode_s"), ("denoise", "denoise_s"), ("decode", "decode_s"))
ROW_PX: Final = 22
BARS: Final = 40
SCALE: Final = 1.4


def seconds_chart(arms: Sequence[ArmShots], language: Language) -> Chart | None:
    """None where no picture was timed. Of more than 40 arms, the first; the table has them all."""
    rows = [row for row in (_row(arm) for arm in arms[:BARS]) if row]
    if not rows or max(sum(row[stage] for stage, _ in STAGES) for row in rows) <= 0:
        return None
    totals = [(row["arm"], sum(row[stage] for stage, _ in STAGES)) for row in rows]
    values = [
        {"arm": row["arm"], "stage": language.say(stage), "seconds": row[stage], "order": order}
        for row in rows
        for order, (stage, _) in enumerate(STAGES)
    ]
    ends = [{"arm": arm, "total": total, "text": language.say(seconds(total))} for arm, total in totals]
    stages = [language.say(stage) for stage, _ in STAGES]
    axis = language.say("seconds a picture")

    def definition(palette: Palette) -> alt.TopLevelMixin:
        return _layers(values, ends, stages, axis, palette)

    told = "; ".join(f"{arm} {language.say(seconds(total))}" for arm, total in totals)
    return render(
        "report-seconds",
        f"{language.say('Seconds a picture, by stage')}{language.say(':')} {told}",
        definition,
        language.number_format,
    )


def _row(arm: ArmShots) -> dict[str, Any] | None:
    timings = [shot.timings for shot in arm.made if shot.timings is not None]
    if not timings:
        return None
    return {"arm": arm.name} | {stage: fmean(getattr(t, field) for t in timings) for stage, field in STAGES}


def _layers(
    values: list[dict[str, Any]], ends: list[dict[str, Any]], stages: list[str], axis: str, palette: Palette
) -> alt.TopLevelMixin:
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
            order="order:Q",
        )
    )
    text = (
        chart_of(ends)
        .mark_text(align="left", dx=5, color=palette.ink, fontSize=11.5)
        .encode(x="total:Q", y=alt.Y("arm:N", sort=order, title=None), text="text:N")
    )
    return alt.layer(bars, text).properties(
        width=round(WIDTH_PX * SCALE),
        height=alt.Step(ROW_PX),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )

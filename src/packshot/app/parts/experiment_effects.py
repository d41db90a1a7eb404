"""All effects of an experiment in numbers, and the report's charts of them: folded, and made when they are opened."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.parts.errors import plain
from packshot.app.parts.rows import show_table
from packshot.app.words import _, report_language
from packshot.experiment import Findings
from packshot.report import DARK, LIGHT, Chart, EffectTable, Figures
from packshot.workflow import effects_shown

CHART_PX: Final = 330
"""The narrowest column that a small chart is drawn in."""


def show_effects(name: str, found: Findings) -> None:
    """Tables and charts, or the sentence that says why there are none."""
    if not found.effects:
        return
    shown = effects_shown(found, report_language())
    if shown.luck is not None:
        st.caption(plain(shown.luck))
        return
    with st.expander(_("All differences in numbers"), key=f"experiment-numbers-{name}", on_change="rerun") as numbers:
        if numbers.open:
            for table in shown.tables:
                _show_table(table)
    with st.expander(_("Charts"), key=f"experiment-charts-{name}", on_change="rerun") as charts:
        if charts.open:
            _show_figures(shown.figures)


def _show_table(table: EffectTable) -> None:
    st.markdown(f"###### {plain(table.heading)}")
    means = _("Against"), _("There"), _("Here")
    show_table(
        table.heading,
        (_("Arm"), *means, _("Difference"), _("Interval (95 %)"), _("Pairs"), _("Shown")),
        [
            (row.arm, row.against, row.there, row.here, row.difference, row.interval or "–", row.pairs, row.shown)
            for row in table.rows
        ],
    )


def _show_figures(figures: Figures) -> None:
    if figures.effects:
        st.caption(
            _(
                "An effect is the mean of the paired differences to the baseline, or to the arm that is named: same"
                " seed, same product. The line is its interval (95 %). Filled and blue: the interval leaves out 0."
                " Grey: no difference shown. Hollow: cannot be told from luck."
            )
        )
        _side_by_side(figures.effects)
    if figures.trends:
        st.markdown(f"##### {_('Along a parameter')}")
        _side_by_side(figures.trends)
    if figures.quality is not None:
        st.markdown(f"##### {_('Quality against time')}")
        _wide(figures.quality)
        st.caption(_("On the line: settings that no other beats in both quality and time."))
    if figures.seconds is not None:
        st.markdown(f"##### {_('Seconds a picture, by stage')}")
        _wide(figures.seconds)


def _side_by_side(charts: tuple[Chart, ...]) -> None:
    with st.grid("auto", min_column_width=CHART_PX):
        for chart in charts:
            _draw(chart)


def _wide(chart: Chart) -> None:
    with st.container(width=chart.width_px):
        _draw(chart)


def _draw(chart: Chart) -> None:
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    st.altair_chart(chart.drawn(palette), theme=None, alt=chart.alt, key=chart.name)

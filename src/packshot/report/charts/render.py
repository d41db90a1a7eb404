"""Vega-Lite → SVG, by the renderer that the package brings: no network, no browser, the same bytes every time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from packshot.report.charts.theme import DARK, LIGHT, Palette, configuration

if TYPE_CHECKING:
    import altair as alt

Definition = Callable[[Palette], "alt.TopLevelMixin"]
"""A chart in a palette's colours."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as SVG for light and dark paper. `alt` says what it shows, `name` is a file's name without its ending."""

    name: str
    alt: str
    light: str
    dark: str

    @property
    def light_address(self) -> str:
        """As a `data:` address."""
        return _address(self.light)

    @property
    def dark_address(self) -> str:
        """As a `data:` address."""
        return _address(self.dark)


def render(name: str, alt_text: str, definition: Definition, number_format: dict[str, Any] | None) -> Chart:
    """Both renderings. `number_format` is a d3 locale; None for points as decimals."""
    light, dark = (_svg(definition(palette), palette, number_format) for palette in (LIGHT, DARK))
    return Chart(name, alt_text, light, dark)


def chart_of(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart on rows of its own, that marks and axes are added to."""
    import altair as alt

    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _svg(chart: alt.TopLevelMixin, palette: Palette, number_format: dict[str, Any] | None) -> str:
    import vl_convert

    specification = chart.to_dict(validate=False)
    specification["config"] = configuration(palette)
    svg = vl_convert.vegalite_to_svg(specification, format_locale=number_format, allowed_base_urls=[])
    return str(svg)


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"

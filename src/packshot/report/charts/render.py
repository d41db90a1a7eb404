"""A chart: one definition, drawn by a browser, or as SVG by the renderer that the package brings.

Neither needs the network. The SVG has the same bytes every time.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from packshot.report.charts.theme import DARK, LIGHT, Palette, configuration

if TYPE_CHECKING:
    from altair import Chart as Marks
    from altair import FacetChart, LayerChart

Definition = Callable[[Palette], "LayerChart | FacetChart"]
"""A chart in a palette's colours."""

COLOUR: Final = re.compile('(?<=")#[0-9a-f]{6}(?=")')
"""As an attribute of an SVG has it."""
DARKENED: Final = dict(zip(asdict(LIGHT).values(), asdict(DARK).values(), strict=True))
KEPT: Final = 64
"""Renderings that a process remembers, some ten kB each: reports are written again, and much in them is the same."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart for light and dark paper. `alt` says what it shows, `name` is a file's name without its ending.

    `number_format` is a d3 locale; None for points as decimals. `width_px` is the least that its letters need.
    """

    name: str
    alt: str
    definition: Definition
    number_format: dict[str, Any] | None
    width_px: int

    def drawn(self, palette: Palette) -> LayerChart | FacetChart:
        """With its colours, letters and numbers in it, for a browser."""
        chart = self.definition(palette)
        chart.config = configuration(palette, self.number_format)
        return chart

    @cached_property
    def light(self) -> str:
        """As SVG, rendered when it is first asked for."""
        return _svg(self.drawn(LIGHT))

    @cached_property
    def dark(self) -> str:
        """As SVG: the light one in the other colours, which are all that differs, for rendering takes time."""
        return COLOUR.sub(lambda found: DARKENED.get(found[0], found[0]), self.light)

    @property
    def light_address(self) -> str:
        """As a `data:` address."""
        return _address(self.light)

    @property
    def dark_address(self) -> str:
        """As a `data:` address."""
        return _address(self.dark)


def chart_of(rows: Sequence[Mapping[str, Any]]) -> Marks:
    """A chart on rows of its own, that marks and axes are added to."""
    import altair as alt

    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _svg(chart: LayerChart | FacetChart) -> str:
    return rendered(json.dumps(chart.to_dict(validate=False)))


@lru_cache(KEPT)
def rendered(definition: str) -> str:
    """Vega-Lite's JSON as SVG, remembered."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(json.loads(definition), allowed_base_urls=[]))


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"

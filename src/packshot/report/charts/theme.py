"""The look of every chart: the page's palette in light and dark, one font, quiet axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is what text is measured with, wherever the report is written; the others have the same widths."""
WIDTH_PX: Final = 360
"""As wide as a phone, so that a chart is never scaled below its letters."""
WIDE_PX: Final = round(WIDTH_PX * 1.4)
"""Of charts that carry names."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they say."""

    ink: str
    muted: str
    line: str
    shown: str
    unshown: str
    front: str
    encode: str
    denoise: str
    decode: str


LIGHT: Final = Palette(
    ink="#16181d", muted="#5b616e", line="#dfe2e8", shown="#1f5fbf", unshown="#8a919e", front="#b4570a",
    encode="#8fa3bf", denoise="#2f6fd0", decode="#d99a2b",
)  # fmt: skip
DARK: Final = Palette(
    ink="#e9ebef", muted="#a3a9b5", line="#30353e", shown="#86b4ff", unshown="#7d8593", front="#f0a860",
    encode="#6f819c", denoise="#5c97ee", decode="#e0a94a",
)  # fmt: skip


def configuration(palette: Palette, number_format: dict[str, Any] | None = None) -> dict[str, Any]:
    """Vega-Lite's `config`. `number_format` is a d3 locale; None for points as decimals."""
    return {
        **({} if number_format is None else {"locale": {"number": number_format}}),
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "title": {"color": palette.ink, "fontSize": 13, "fontWeight": 600, "anchor": "start", "frame": "group",
                  "offset": 10},
        "axis": {
            "labelColor": palette.ink, "titleColor": palette.muted, "gridColor": palette.line, "domain": False,
            "ticks": False, "labelFontSize": 11.5, "titleFontSize": 11.5, "titleFontWeight": 400, "labelPadding": 6,
            "titlePadding": 8, "labelLimit": 190,
        },
        "axisY": {"grid": False},
        "legend": {"labelColor": palette.ink, "titleColor": palette.muted, "labelFontSize": 11.5, "orient": "bottom"},
    }  # fmt: skip

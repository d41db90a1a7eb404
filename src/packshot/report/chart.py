"""One bar chart as inline SVG: seconds per picture, by stage. No script, no style attribute: colours are classes.

Lengths are in percent of the width and text keeps its size, so that the chart can be read on a phone.
"""

from __future__ import annotations

import math
from typing import Final
from xml.sax.saxutils import escape

from packshot.report.data import ReportData, Shot
from packshot.report.wording import seconds

ROW: Final = 40
BAR: Final = 12
ROOM_PERCENT: Final = 86.0
"""The longest bar; beside it stands its number."""
STAGES: Final = (("encode", "encode_s"), ("denoise", "denoise_s"), ("decode", "decode_s"))


def seconds_chart(data: ReportData) -> str:
    """`<svg>` with a bar for every picture, encode, denoise and decode stacked; empty without pictures."""
    shots = [shot for shot in data.made if shot.timings is not None]
    longest = max((shot.timings.picture_s for shot in shots if shot.timings is not None), default=0.0)
    if longest <= 0:
        return ""
    scale = ROOM_PERCENT / longest
    height = len(shots) * ROW + 28
    words = "; ".join(f"{shot.name} {seconds(shot.timings.picture_s)}" for shot in shots if shot.timings is not None)
    parts = [
        f'<svg class="chart" width="100%" height="{height}" role="img" aria-labelledby="chart-title chart-words">',
        '<title id="chart-title">Seconds per picture</title>',
        f'<desc id="chart-words">{escape(words)}</desc>',
    ]
    for tick in _ticks(longest):
        x, anchor = tick * scale, "start" if tick == 0 else "middle"
        parts.append(f'<line class="tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="{height - 22}"/>')
        parts.append(f'<text class="axis" x="{x:.2f}%" y="{height - 6}" text-anchor="{anchor}">{tick:g} s</text>')
    for index, shot in enumerate(shots):
        parts += _bar(shot, index * ROW, scale)
    return "".join([*parts, "</svg>"])


def _bar(shot: Shot, top: int, scale: float) -> list[str]:
    timings = shot.timings
    if timings is None:
        return []
    parts = [f'<text class="name" x="0" y="{top + 14}">{escape(shot.name)}</text>']
    x, bar_top = 0.0, top + 20
    for stage, field in STAGES:
        width = getattr(timings, field) * scale
        if width > 0:
            place = f'x="{x:.3f}%" y="{bar_top}" width="{width:.3f}%" height="{BAR}"'
            parts.append(f'<rect class="{stage}" {place}/>')
        x += width
    number = seconds(timings.picture_s)
    parts.append(f'<text class="value" x="{x:.3f}%" dx="6" y="{bar_top + BAR - 1}">{number}</text>')
    return parts


def _ticks(longest: float) -> list[float]:
    """Round numbers from 0 up to the longest: steps of 1, 2 or 5 times a power of ten."""
    rough = longest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(index * step, 10) for index in range(math.floor(longest / step) + 1)]

"""Which frame shows a product as a channel demands: its fill, its aspect ratio, the product in the middle.

Only numbers: a picture's size and the product's box in, a frame out. The frame is never so small that it cuts the
product, and keeps the picture's own aspect ratio where the channel has none and the product fits.
"""

from __future__ import annotations

from typing import Final

from packshot.channels.limits import Limits
from packshot.channels.rules import FillRule
from packshot.result import Box

AIM_INSIDE: Final = 2.5
"""Per cent by which the fill that is aimed at stays away from a limit: masks are good to about one."""
ROOM: Final = 0.95
"""The most of a side that the product takes where no rule about fill speaks of that side."""

Frame = tuple[int, int, int, int]
"""left, top, width, height."""


def frame_for(size: tuple[int, int], box: Box, limits: Limits) -> Frame:
    """The frame (left, top, width, height) for a picture of `size` (width, height); it may reach beyond it."""
    left, top, right, bottom = box
    across, along = right - left, bottom - top
    ratio = size[1] / size[0] if limits.aspect is None else limits.aspect.height / limits.aspect.width
    if limits.fill is not None:
        width, height = _filled(across, along, ratio, aim_of(limits.fill) / 100, fixed=limits.aspect is not None)
    else:
        cropped = min(size[0], size[1] / ratio)
        width = max(cropped, across / ROOM, along / ROOM / ratio)
        height = width * ratio
    whole = (max(across, round(width)), max(along, round(height)))
    return round((left + right - whole[0]) / 2), round((top + bottom - whole[1]) / 2), *whole


def aim_of(rule: FillRule) -> float:
    """The fill in per cent that is aimed at: the middle of the range, or a little inside its one limit."""
    if rule.min_percent is not None and rule.max_percent is not None:
        return (rule.min_percent + rule.max_percent) / 2
    if rule.min_percent is not None:
        return min(rule.min_percent + AIM_INSIDE, (rule.min_percent + 100) / 2)
    return max((rule.max_percent or 100.0) - AIM_INSIDE, 1.0)


def shifted_inside(frame: Frame, size: tuple[int, int]) -> Frame | None:
    """The same frame moved into a picture of `size`; None where it is larger."""
    left, top, width, height = frame
    if width > size[0] or height > size[1]:
        return None
    return min(max(0, left), size[0] - width), min(max(0, top), size[1] - height), width, height


def _filled(across: int, along: int, ratio: float, share: float, *, fixed: bool) -> tuple[float, float]:
    """Width and height; the longer side of the product takes `share` of that side."""
    if across >= along:
        width = across / share
        height = width * ratio
        least = along / ROOM
        if height < least:
            width, height = (least / ratio if fixed else width), least
    else:
        height = along / share
        width = height / ratio
        least = across / ROOM
        if width < least:
            width, height = least, (least * ratio if fixed else height)
    return width, height

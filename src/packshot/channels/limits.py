"""What a channel demands of frame and file on a given day, as numbers: what repairs aim at. Advice is not aimed at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from packshot.channels.check import counts
from packshot.channels.rules import (
    AnyRule,
    AspectRule,
    BackgroundRule,
    Channel,
    FileSizeRule,
    FillRule,
    FormatRule,
    MegapixelRule,
    SideRule,
)

OneRule = TypeVar("OneRule", bound=AnyRule)


@dataclass(frozen=True, slots=True)
class Limits:
    """`fill` and `aspect` are None where nothing is demanded, `formats` where every format is taken."""

    white: bool
    fill: FillRule | None
    aspect: AspectRule | None
    sides: tuple[SideRule, ...]
    max_pixels: float
    formats: frozenset[str] | None
    max_bytes: float

    def scale_range(self, width: int, height: int) -> tuple[float, float]:
        """The least and the most that a frame may be scaled by, so that its sides and its pixels are as demanded."""
        low, high = 0.0, math.sqrt(self.max_pixels / (width * height))
        sides = {"width": width, "height": height, "longest": max(width, height), "shortest": min(width, height)}
        for rule in self.sides:
            low = max(low, (rule.min_px or 0) / sides[rule.which])
            high = min(high, (rule.max_px or math.inf) / sides[rule.which])
        return low, high


def limits_of(channel: Channel, on: date | None) -> Limits:
    """The channel's demands of that day."""
    rules = [rule for rule in channel.rules if rule.level == "must" and counts(rule, on)]
    formats = _only(rules, FormatRule)
    size = _only(rules, FileSizeRule)
    area = _only(rules, MegapixelRule)
    return Limits(
        white=_only(rules, BackgroundRule) is not None,
        fill=_only(rules, FillRule),
        aspect=_only(rules, AspectRule),
        sides=tuple(_all(rules, SideRule)),
        max_pixels=math.inf if area is None else area.max_megapixels * 1e6,
        formats=None if formats is None else frozenset(formats.allowed),
        max_bytes=math.inf if size is None else size.max_megabytes * 1e6,
    )


def _all(rules: list[AnyRule], kind: type[OneRule]) -> Iterator[OneRule]:
    return (rule for rule in rules if isinstance(rule, kind))


def _only(rules: list[AnyRule], kind: type[OneRule]) -> OneRule | None:
    """The strictest cannot be told in general: the first one is aimed at, and the check tells of the others."""
    return next(_all(rules, kind), None)

"""Size and place of a product on white, so that the picture keeps the rules of all places to sell at once.

Only numbers. The product keeps its own pixels where it can: the picture is as large as they make it, up to a limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from packshot.channels import Limits, aim_of, frame_for
from packshot.channels.rules import AspectRule, FillRule
from packshot.errors import CatalogueError
from packshot.result import Box
from packshot.spec import Placement

FILL: Final = 85.0
"""Per cent of the frame that the product takes where no place says anything."""
LONGEST_PX: Final = 2000
"""The longest side of a picture whose size nobody asked for: what places advise at most."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture's size in pixels, and where the product's box stands in it."""

    width: int
    height: int
    placement: Placement


def framed(
    box: Box, limits: Sequence[Limits], *, size: tuple[int | None, int | None] = (None, None), enlarge_max: float = 1.0
) -> Framed:
    """The frame for a product whose box in the photo is `box`. Of a `size` that is asked for nothing is changed.

    Raises CatalogueError: catalogue.rules where the places contradict each other, catalogue.small where the product
    would be enlarged more than `enlarge_max` times.
    """
    across, along = box[2] - box[0], box[3] - box[1]
    fill, asked = _fill(limits), (size[0], size[1])
    if asked[0] is not None and asked[1] is not None:
        width, height = asked[0], asked[1]
        scale = _share(fill) * (width / across if across >= along else height / along)
        scale = min(scale, width / across, height / along)
    else:
        width, height, scale = _of_own_size(box, _together(limits, fill))
    if scale > enlarge_max:
        raise CatalogueError(
            "catalogue.small",
            f"the product would be enlarged {scale:.2f} times",
            expected=f"a product of {math.ceil(max(across, along) * scale / enlarge_max)} px in the photo, or more",
            got=f"{max(across, along)} px",
            hint="take a larger photo, or allow more by --enlarge-max",
        )
    wide, high = max(1, round(across * scale)), max(1, round(along * scale))
    place = Placement(width=wide, height=high, left=(width - wide) // 2, top=(height - high) // 2)
    return Framed(width, height, place)


def _of_own_size(box: Box, limits: Limits) -> tuple[int, int, float]:
    """Width, height, and by how much the product is scaled."""
    _left, _top, width, height = frame_for((1, 1), box, limits)
    low, high = limits.scale_range(width, height)
    if low > high:
        raise CatalogueError(
            "catalogue.rules",
            "no size fits all places",
            expected="a size that all take",
            got=f"at least {math.ceil(max(width, height) * low)} px, at most {int(max(width, height) * high)} px",
        )
    scale = max(low, min(1.0, high, LONGEST_PX / max(width, height)))
    up = math.ceil if scale == low else round
    return up(width * scale), up(height * scale), scale


def _fill(limits: Sequence[Limits]) -> FillRule:
    rules = [one.fill for one in limits if one.fill is not None]
    if not rules:
        return FillRule(name="fill", measure="fill", min_percent=FILL, max_percent=FILL)
    low = max((rule.min_percent for rule in rules if rule.min_percent is not None), default=None)
    high = min((rule.max_percent for rule in rules if rule.max_percent is not None), default=None)
    if low is not None and high is not None and low > high:
        raise CatalogueError(
            "catalogue.rules",
            "the product cannot fill the frame as all places want",
            expected=f"at least {low:g} %",
            got=f"at most {high:g} %",
            hint="make one catalogue for each of them",
        )
    return FillRule(name="fill", measure="fill", min_percent=low, max_percent=high)


def _share(rule: FillRule) -> float:
    return aim_of(rule) / 100


def _together(limits: Sequence[Limits], fill: FillRule) -> Limits:
    aspects = [one.aspect for one in limits if one.aspect is not None]
    ratios = {round(one.width / one.height, 6) for one in aspects}
    if len(ratios) > 1:
        raise CatalogueError(
            "catalogue.rules",
            "the places want frames of different proportions",
            expected="one of them",
            got=", ".join(f"{one.width:g}:{one.height:g}" for one in aspects),
            hint="make one catalogue for each of them",
        )
    square = AspectRule(name="square", measure="aspect_ratio", width=1, height=1, tolerance_percent=0)
    return Limits(
        white=any(one.white for one in limits),
        fill=fill,
        aspect=aspects[0] if aspects else square,
        sides=tuple(rule for one in limits for rule in one.sides),
        max_pixels=min((one.max_pixels for one in limits), default=math.inf),
        formats=None,
        max_bytes=math.inf,
    )

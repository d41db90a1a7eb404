"""Where names stand beside points: on no point, on no other name and, where it can be, on no line. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

Place = tuple[float, float]
"""Pixels, x to the right and y down."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

Side = Literal["left", "right", "center"]
"""How a name is aligned, as Vega has it: `left` is a name to the right of its point."""

POINT_PX: Final = 5.0
GAP_PX: Final = 8.0
LETTER_PX: Final = 6.2
HEIGHT_PX: Final = 13.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name's place: how it is aligned, `dx` and `dy` from the point in pixels, to the text's middle line."""

    text: str
    align: Side
    dx: float
    dy: float


def place_labels(
    named: Sequence[tuple[Place, str]], points: Sequence[Place], line: Sequence[Place], frame: Box
) -> tuple[Label, ...]:
    """A place for each name, the first come first; `points` are all that is drawn, `line` the corners of the line."""
    taken: list[Box] = [(x - POINT_PX, y - POINT_PX, x + POINT_PX, y + POINT_PX) for x, y in points]
    drawn = [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in pairwise(line)]
    found = []
    for place, text in named:
        options = _options(place, text)
        costs = [_cost(box, taken, drawn, frame) for _, box in options]
        label, box = options[costs.index(min(costs))]
        taken.append(box)
        found.append(label)
    return tuple(found)


def _options(place: Place, text: str) -> list[tuple[Label, Box]]:
    """Every place that a name may have, the most usual first."""
    x, y = place
    wide = LETTER_PX * len(text)
    found = []
    for dy in (0.0, -12.0, 12.0, -20.0, 20.0):
        found.append((Label(text, "left", GAP_PX, dy), _box(x + GAP_PX, y + dy, wide)))
        found.append((Label(text, "right", -GAP_PX, dy), _box(x - GAP_PX - wide, y + dy, wide)))
    for dy in (-14.0, 14.0, -24.0, 24.0):
        found.append((Label(text, "center", 0.0, dy), _box(x - wide / 2, y + dy, wide)))
    return found


def _box(left: float, middle: float, wide: float) -> Box:
    return left, middle - HEIGHT_PX / 2, left + wide, middle + HEIGHT_PX / 2


def _cost(box: Box, taken: Sequence[Box], drawn: Sequence[Box], frame: Box) -> float:
    outside = max(frame[0] - box[0], frame[1] - box[1], box[2] - frame[2], box[3] - frame[3], 0.0)
    return 100 * bool(outside) + 10 * sum(_meet(box, other) for other in taken) + sum(_meet(box, o) for o in drawn)


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]

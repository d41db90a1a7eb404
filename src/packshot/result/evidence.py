"""One measured fact about a picture."""

from __future__ import annotations

from packshot.spec import Frozen

Box = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels, right and bottom exclusive."""


class Evidence(Frozen):
    """`value` is None where it could not be measured, and `sentence` then says why.

    `regions` are boxes (left, top, right, bottom) in pixels, right and bottom exclusive, where the fact speaks of
    parts only: they are what a report draws over the picture.
    """

    name: str
    value: float | str | None
    unit: str | None
    sentence: str
    regions: tuple[Box, ...] = ()

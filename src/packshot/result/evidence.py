"""One measured fact about a picture."""

from __future__ import annotations

from packshot.spec import Frozen


class Evidence(Frozen):
    """`value` is None where it could not be measured, and `sentence` then says why.

    `region` is (left, top, right, bottom) in pixels, where the fact speaks of a part only.
    """

    name: str
    value: float | str | None
    unit: str | None
    sentence: str
    region: tuple[int, int, int, int] | None = None

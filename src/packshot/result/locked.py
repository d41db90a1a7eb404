"""How well a product lock kept its promise: measured on the finished pixels of every locked picture."""

from __future__ import annotations

from pydantic import Field

from packshot.spec import Frozen


class LockMeasure(Frozen):
    """Largest differences to the transformed photo, in grey levels of any channel, and of how many pixels each.

    *Core* is what lies within the eroded mask, where the difference must be 0. At the *edge* the product is mixed with
    what stands around it by the recorded alpha, so that it differs.
    """

    core_pixels: int = Field(ge=0)
    core_difference: int = Field(ge=0, le=255)
    edge_pixels: int = Field(ge=0)
    edge_difference: int = Field(ge=0, le=255)

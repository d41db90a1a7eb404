"""The product lock: what a person asks of it, and its pin with nothing left open. Knows no pixels."""

from __future__ import annotations

import re
from abc import abstractmethod
from enum import StrEnum
from typing import Any, Final

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from packshot.errors import SpecError
from packshot.spec import defaults
from packshot.spec.frozen import Frozen

LOCK_ALGORITHM: Final = "packshot-lock/1"
"""How a product is placed, its edge's colour cleaned, its shadow drawn, and its pixels put back (docs/lock.md).

Raised with any change by which the same intent would give other pixels.
"""

_WRITTEN: Final = re.compile(r"(\d{1,5})[x×](\d{1,5})\+(\d{1,5})\+(\d{1,5})", re.IGNORECASE)


class Background(StrEnum):
    """What stands around the product: a scene that a model makes, or pure white without one."""

    SCENE = "scene"
    WHITE = "white"


class Shadow(StrEnum):
    """The shadow under the product: a soft one where it stands, or none."""

    NATURAL = "natural"
    NONE = "none"


class _Box(Frozen):
    """A box in whole pixels. May be written as text, `WIDTHxHEIGHT+LEFT+TOP`."""

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    left: int = Field(ge=0)
    top: int = Field(ge=0)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _WRITTEN.fullmatch(value.strip())
        if found is None or not int(found[1]) or not int(found[2]):
            raise cls._refusal(value)
        return dict(zip(("width", "height", "left", "top"), map(int, found.groups()), strict=True))

    @classmethod
    @abstractmethod
    def _refusal(cls, text: str) -> SpecError:
        """Of a text that is no box, or one without a pixel."""

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.left}+{self.top}"


class Placement(_Box):
    """Where the product's box stands in the result, in pixels. May be written as text, `WIDTHxHEIGHT+LEFT+TOP`."""

    width: int = Field(ge=1, le=defaults.SIDE_MAX_PX)
    height: int = Field(ge=1, le=defaults.SIDE_MAX_PX)
    left: int = Field(ge=0, le=defaults.SIDE_MAX_PX)
    top: int = Field(ge=0, le=defaults.SIDE_MAX_PX)

    @classmethod
    def _refusal(cls, text: str) -> SpecError:
        return SpecError(
            "spec.placement",
            "not a placement",
            expected="WIDTHxHEIGHT+LEFT+TOP in pixels of the result, such as 512x384+256+320",
            got=text,
        )


class Rectangle(_Box):
    """A box in the photo, in its pixels, that holds all of the product and little else. Written as a placement is."""

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """left, top, right, bottom; right and bottom exclusive."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    @classmethod
    def _refusal(cls, text: str) -> SpecError:
        return SpecError(
            "spec.lock",
            "not a rectangle",
            expected="WIDTHxHEIGHT+LEFT+TOP in pixels of the photo, such as 512x384+256+320",
            got=text,
        )


class Lock(Frozen):
    """What is asked of a lock. `mask` is a file or a picture's digest; without it the product is found, within the
    `rectangle` where there is one.

    `ground` is the colour that a scene begins with (`#rrggbb` or CSS' name), the photo's own without it: at a strength
    below 1 it stays the colour of what is around the product. `accept_doubt` takes a mask that a person should look at
    first; it changes no picture.
    """

    background: Background = Background.SCENE
    shadow: Shadow = Shadow.NATURAL
    placement: Placement | None = None
    mask: str | None = None
    rectangle: Rectangle | None = None
    ground: str | None = None
    accept_doubt: bool = False


class LockPin(Frozen):
    """A lock with nothing open.

    `mask` is the digest of the mask as a grey picture of the photo's size, `placement` the box of what that mask covers
    by half or more, in the result, `ground` what a scene begins with (`#rrggbb`, None on white). Within
    `erosion_px` of the edge of what is wholly covered nothing is promised.
    """

    algorithm: str
    background: Background
    shadow: Shadow
    mask: str
    placement: Placement
    erosion_px: int
    ground: str | None = None


class LockOrigin(Frozen):
    """Where a lock's mask came from: the way it was found, how far that is to be trusted (0 to 1), and the doubts.

    `accepted` says that a person took it although it was doubtful. A `rectangle` that a person drew is written only
    where there is one: without, records are those from before there were any.
    """

    method: str
    confidence: float
    doubts: tuple[str, ...] = ()
    accepted: bool = False
    rectangle: Rectangle | None = None

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        if written.get("rectangle") is None:
            written.pop("rectangle", None)
        return written

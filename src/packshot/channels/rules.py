"""The rules of a place to sell as values, with where and when they were read.

Knows nothing about files and pictures; `packshot.channels.check` measures. Rules change, so every channel carries its
date, and one whose source is not its own page says so (`weakness`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from packshot.spec import Frozen

ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Words = Annotated[str, Field(min_length=1, max_length=300)]
Pixels = Annotated[int, Field(ge=1)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Rule(Frozen):
    """What all rules have. A rule that is *advised*, or whose day (`since`) has not come, never fails a picture."""

    name: Words
    level: Literal["must", "advised"] = "must"
    since: date | None = None
    note: Words | None = None


class SideRule(Rule):
    """One side of the picture in pixels."""

    measure: Literal["side"]
    which: Literal["longest", "shortest", "width", "height"]
    min_px: Pixels | None = None
    max_px: Pixels | None = None

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        _check_range(self.min_px, self.max_px)
        return self


class MegapixelRule(Rule):
    """Width times height, in millions."""

    measure: Literal["megapixels"]
    max_megapixels: Annotated[float, Field(gt=0)]


class AspectRule(Rule):
    """Width to height."""

    measure: Literal["aspect_ratio"]
    width: Annotated[float, Field(gt=0)]
    height: Annotated[float, Field(gt=0)]
    tolerance_percent: Percent


class FormatRule(Rule):
    """The file's format, by Pillow's names."""

    measure: Literal["format"]
    allowed: Annotated[tuple[Literal["JPEG", "PNG", "TIFF", "WEBP", "GIF"], ...], Field(min_length=1)]


class FileSizeRule(Rule):
    """The file's size. A megabyte is 1,000,000 bytes, the stricter reading."""

    measure: Literal["file_size"]
    max_megabytes: Annotated[float, Field(gt=0)]


class BackgroundRule(Rule):
    """Everything around the product is exactly 255, 255, 255."""

    measure: Literal["background"]
    colour: Literal["white"]


class FillRule(Rule):
    """The longer side of the product's box divided by that side of the frame, in per cent."""

    measure: Literal["fill"]
    min_percent: Percent | None = None
    max_percent: Percent | None = None

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        _check_range(self.min_percent, self.max_percent)
        return self


class LabelRule(Rule):
    """A picture made by AI carries IPTC's digital source type."""

    measure: Literal["ai_label"]


class UnmeasuredRule(Rule):
    """A rule that a person has to look after: nothing here measures it yet."""

    measure: Literal["unmeasured"]
    expected: Words


AnyRule = Annotated[
    SideRule
    | MegapixelRule
    | AspectRule
    | FormatRule
    | FileSizeRule
    | BackgroundRule
    | FillRule
    | LabelRule
    | UnmeasuredRule,
    Field(discriminator="measure"),
]


class Channel(Frozen):
    """A place to sell. `read` is the day its rules were read at `source`; `weakness` says why to doubt them."""

    schema_: Literal["packshot.channel/1"] = Field(alias="schema")
    name: ChannelName
    title: Words
    source: Words
    read: date
    weakness: Words | None = None
    rules: Annotated[tuple[AnyRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_rule_once(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules named {twice[0]!r}")
        return self


def _check_range(low: float | None, high: float | None) -> None:
    if low is None and high is None:
        raise ValueError("neither a least nor a most")
    if low is not None and high is not None and low > high:
        raise ValueError(f"the least, {low:g}, is more than the most, {high:g}")

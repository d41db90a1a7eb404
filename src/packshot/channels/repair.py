"""Repairs what a channel's rules find wrong with a picture's pixels, as far as that invents no product.

Exact white around the product, the frame, the size. Each only where its rule is broken, and only where the mask that
it is built on can be trusted; else it is left, with the reason. Knows nothing about files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

import numpy as np

from packshot.channels.limits import Limits, limits_of
from packshot.channels.picture import CheckedPicture
from packshot.channels.product_rules import EDGE_SHARE
from packshot.channels.reframing import Frame, frame_for, shifted_inside
from packshot.channels.removal import Removal, examine_removal
from packshot.channels.rules import AspectRule, BackgroundRule, Channel, FillRule, MegapixelRule, SideRule
from packshot.channels.transform import Transform
from packshot.channels.whitening import edge_alpha, whitened
from packshot.product import Alpha, border_ring, difference, lab_from_srgb
from packshot.product.crossing import SHORTEST
from packshot.product.finding import GIVEN, TRANSPARENCY
from packshot.result import Check, Pixels

Kind = Literal["ground", "frame", "size"]
WHITE: Final = (255, 255, 255)
ONE_COLOUR: Final = 2.0
"""ΔE*ab within which 99 of 100 border pixels must lie of their median, so that more of the ground may be put on."""
GROUND_RULES: Final = (BackgroundRule,)
FRAME_RULES: Final = (FillRule, AspectRule)
SIZE_RULES: Final = (SideRule, MegapixelRule)


@dataclass(frozen=True, slots=True)
class Left:
    """A rule that was not repaired, and why not."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """New pixels (H, W, 3), what was done, what it takes along (`said`), and what was left.

    `alpha` is the product in the new picture, where a person or the file told it. `done` is empty where nothing was.
    """

    pixels: Pixels
    transform: Transform
    done: tuple[Kind, ...]
    steps: tuple[str, ...]
    said: tuple[str, ...]
    left: tuple[Left, ...]
    alpha: Alpha | None = None


def repair_pixels(
    picture: CheckedPicture,
    checks: Sequence[Check],
    channel: Channel,
    *,
    on: date | None,
    enlarge_max: float = 1.0,
    refused: Mapping[Kind, str] | None = None,
) -> Repaired:
    """Repairs a picture by what its `checks` say; `refused` are repairs that are not to be made, each with the reason.

    `enlarge_max` is the most that pixels may be enlarged: 1 never. The same input gives the same pixels.
    """
    return _Repair(picture, checks, channel, limits_of(channel, on), enlarge_max, dict(refused or {})).made()


@dataclass(frozen=True)
class _Repair:
    picture: CheckedPicture
    checks: Sequence[Check]
    channel: Channel
    limits: Limits
    enlarge_max: float
    refused: Mapping[Kind, str]

    def made(self) -> Repaired:
        left: list[Left] = []
        steps: list[str] = []
        said: tuple[str, ...] = ()
        done: list[Kind] = []
        pixels = self.picture.pixels
        if names := self._broken(GROUND_RULES):
            reason = self.refused.get("ground") or self._untrusted
            if reason is None:
                pixels = whitened(pixels, self.picture.cutout, self._edge_px)
                removal = self._removal  # of a mask that a person gave, what it loses is said and not refused
                said = removal.said if removal.lost is None else (removal.lost,)
                steps.append("all around the product was made exactly white")
                done.append("ground")
            else:
                left += [Left(name, reason) for name in names]
        ground = self._ground(white="ground" in done) if self._broken(FRAME_RULES) else None
        transform, reasons = self._transform(ground)
        left += reasons
        if transform != Transform.of_whole(self.picture.width, self.picture.height):
            steps += _words_of(transform, self.picture, ground or WHITE)
            done += ["frame"] if _reframes(transform, self.picture) else []
            done += ["size"] if transform.scales else []
            pixels = transform.apply(pixels, ground or WHITE)
        return Repaired(pixels, transform, tuple(done), tuple(steps), said, tuple(left), self._alpha(transform))

    def _broken(self, kinds: tuple[type, ...]) -> list[str]:
        verdicts = {check.rule: check.verdict for check in self.checks}
        return [rule.name for rule in self.channel.rules if isinstance(rule, kinds) and verdicts[rule.name] == "fail"]

    @cached_property
    def _removal(self) -> Removal:
        return examine_removal(self.picture.pixels, self.picture.cutout)

    @property
    def _edge_px(self) -> int:
        """How far the product's edge may be soft: two pixels less than the check overlooks in the narrowest frame,
        for it looks for the product anew."""
        left, top, right, bottom = self.picture.cutout.box or (0, 0, 0, 0)
        return max(2, math.floor(EDGE_SHARE * max(right - left, bottom - top)) - 2)

    @property
    def _told(self) -> bool:
        """Whether a person, or the file itself, said which pixels are the product."""
        return self.picture.cutout.method in (GIVEN, TRANSPARENCY)

    @cached_property
    def _untrusted(self) -> str | None:
        """Why nothing may be built on the mask."""
        cutout = self.picture.cutout
        if cutout.box is None or cutout.is_doubtful:
            doubts = ", ".join(cutout.doubts) or "the product hardly stands out"
            return f"the mask is doubtful ({doubts}): a person has to look, or name a mask by --mask"
        if self._told or self._removal.lost is None:
            return None
        return f"{self._removal.lost}: a person has to look, or name a mask by --mask"

    def _alpha(self, transform: Transform) -> Alpha | None:
        if not self._told:
            return None
        return transform.apply_to_alpha(edge_alpha(self.picture.cutout, self._edge_px))

    def _ground(self, *, white: bool) -> tuple[int, int, int] | None:
        """What the picture may be extended with: exact white where that is demanded and there, else its one colour."""
        if self.limits.white:
            verdicts = {check.rule: check.verdict for check in self.checks}
            passes = [verdicts[rule.name] == "pass" for rule in self.channel.rules if isinstance(rule, BackgroundRule)]
            return WHITE if white or all(passes) else None
        ring = border_ring(self.picture.height, self.picture.width) & (self.picture.cutout.alpha == 0)
        if not ring.any():
            return None
        border = self.picture.pixels[ring]
        red, green, blue = (int(value) for value in np.median(border, axis=0))
        away = difference(lab_from_srgb(border), lab_from_srgb(np.array([(red, green, blue)], dtype=np.uint8)))
        return (red, green, blue) if np.percentile(away, 99) <= ONE_COLOUR else None

    def _transform(self, ground: tuple[int, int, int] | None) -> tuple[Transform, list[Left]]:
        left: list[Left] = []
        size = (self.picture.width, self.picture.height)
        whole: Frame = (0, 0, *size)
        frame = whole
        if names := self._broken(FRAME_RULES):
            found = self._frame(ground)
            if isinstance(found, str):
                left += [Left(name, found) for name in names]
            else:
                frame = found
        scale, reason = self._scale(frame)
        if reason is not None and frame != whole and self._scale(whole)[1] is None:
            left += [Left(name, f"in a frame that keeps the rule there are {reason}") for name in names]
            frame, (scale, reason) = whole, self._scale(whole)
        if reason is not None:
            left += [Left(name, reason) for name in self._broken(SIZE_RULES)]
        return Transform(*frame, *self._sized(frame, scale)), left

    def _frame(self, ground: tuple[int, int, int] | None) -> Frame | str:
        """The frame that the rules ask for, or why there is none."""
        cutout = self.picture.cutout
        reason = self.refused.get("frame") or self._untrusted
        if reason is not None or cutout.box is None:
            return reason or "there is no product"
        cut = _cut_at(cutout.mask)
        if cut:
            return f"the frame cuts the product at the {' and '.join(cut)}: what is not in the picture is not invented"
        size = (self.picture.width, self.picture.height)
        frame = frame_for(size, cutout.box, self.limits)
        if not Transform(*frame, *frame[2:]).extends(*size) or ground is not None:
            return frame
        inside = shifted_inside(frame, size)
        if inside is None:
            return "the picture would have to be extended, and its ground is not of one colour"
        return inside

    def _scale(self, frame: Frame) -> tuple[float, str | None]:
        """The scale for a frame, and why it is not what the rules ask for."""
        low, high = self.limits.scale_range(frame[2], frame[3])
        if low > high:
            return 1.0, "no size that keeps all rules"
        scale = min(max(1.0, low), high)
        if scale > max(1.0, self.enlarge_max):
            allowed = "not at all" if self.enlarge_max <= 1 else f"{self.enlarge_max:g} times at most"
            return 1.0, (
                f"too few pixels: {frame[2]}×{frame[3]} px would have to be enlarged {scale:.2f} times, "
                f"which --enlarge-max allows {allowed}"
            )
        if scale != 1.0 and "size" in self.refused:
            return 1.0, self.refused["size"]
        return scale, None

    def _sized(self, frame: Frame, scale: float) -> tuple[int, int]:
        """Width and height at that scale, whole numbers on the right side of the limits."""
        rounded = math.ceil if scale > 1 else math.floor
        width, height = (max(1, rounded(round(side * scale, 6))) for side in frame[2:])
        if self.limits.aspect is not None and scale != 1:
            height = round(width * frame[3] / frame[2])
        return width, height


def _reframes(transform: Transform, picture: CheckedPicture) -> bool:
    return (transform.left, transform.top, transform.width, transform.height) != (0, 0, picture.width, picture.height)


def _words_of(transform: Transform, picture: CheckedPicture, ground: tuple[int, int, int]) -> list[str]:
    words = []
    if _reframes(transform, picture):
        frame = f"the frame is {transform.width}×{transform.height} px at ({transform.left}, {transform.top})"
        red, green, blue = ground
        extended = transform.extends(picture.width, picture.height)
        words.append(f"{frame}, extended with ({red}, {green}, {blue})" if extended else frame)
    if transform.scales:
        verb = "enlarged" if transform.scale > 1 else "reduced"
        words.append(f"{verb} to {transform.to_width}×{transform.to_height} px by Lanczos")
    return words


def _cut_at(mask: np.ndarray) -> list[str]:
    """The sides that the mask touches along more than a joint's length."""
    lines = {"left": mask[:, 0], "top": mask[0], "right": mask[:, -1], "bottom": mask[-1]}
    return [side for side, line in lines.items() if line.mean() > SHORTEST]

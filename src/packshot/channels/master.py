"""A picture before there is a file for a place to sell: its pixels are judged, what a file adds is not."""

from __future__ import annotations

from datetime import date
from typing import Final

from packshot.channels.check import judge_picture
from packshot.channels.picture import CheckedPicture
from packshot.channels.rules import Channel, FileSizeRule, FormatRule, LabelRule
from packshot.product import Alpha
from packshot.result import Check, Pixels

OF_FILES: Final = (FileSizeRule, FormatRule, LabelRule)
LATER: Final = "judged on the released file"
"""What is expected by a rule that nobody can judge before there is a file."""


def check_master(
    pixels: Pixels, channel: Channel, *, on: date | None = None, given: Alpha | None = None
) -> list[Check]:
    """Every rule of the channel, in its order, against pixels (H, W, 3). `on` as in `judge_picture`.

    Format, bytes and label are *not checked*: they are the released file's, and judged there.
    """
    of_pixels = tuple(rule for rule in channel.rules if not isinstance(rule, OF_FILES))
    judged = channel.model_copy(update={"rules": of_pixels})
    found = {check.rule: check for check in judge_picture(CheckedPicture(pixels, "PNG", 0, given=given), judged, on)}
    return [found.get(rule.name) or _later(rule.name) for rule in channel.rules]


def _later(rule: str) -> Check:
    words = "Not checked: it is a rule about the file, which is judged when it is released."
    return Check(rule=rule, expected=LATER, got=None, verdict="not checked", sentence=words)

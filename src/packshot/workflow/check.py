"""Checks pictures against the rules of a place to sell. Changes nothing, and releases nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packshot.channels import Channel, check_master, find_channel, judge_picture
from packshot.errors import PackshotError
from packshot.product import Alpha
from packshot.result import Check
from packshot.workflow.check_masks import NO_MASKS, Masks
from packshot.workflow.check_targets import CheckTarget
from packshot.workflow.opened_picture import OpenedPicture, open_file, open_target, read_mask
from packshot.workflow.workbench import Workbench

OnPicture = Callable[[str, int, int], None]


def silent(_name: str, _done: int, _total: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file as it was checked. `notes` say what reading it changed (turned upright, flattened on white, …).

    Format and bytes are None of a picture of an experiment, which is no file yet.
    """

    name: str
    picture_digest: str
    width: int
    height: int
    file_format: str | None
    file_bytes: int | None
    channel: Channel
    checks: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The rules that it breaks."""
        return tuple(check for check in self.checks if check.verdict == "fail")

    @property
    def not_checked(self) -> tuple[Check, ...]:
        """The rules that a person has to look after."""
        return tuple(check for check in self.checks if check.verdict == "not checked")


@dataclass(frozen=True, slots=True)
class Unread:
    """A picture that could not be checked or repaired, and why."""

    name: str
    error: PackshotError


def check_file(bench: Workbench, path: Path, channel: str, *, mask: Path | None = None) -> CheckedFile:
    """Every rule of a channel against a PNG, JPEG, WebP or TIFF file, as of today. Raises ChannelError and SourceError.

    `mask` is a picture that tells the product's pixels.
    """
    rules = find_channel(channel, bench.channels)
    return check_opened(open_file(path), rules, bench.now().date(), read_mask(mask))


def check_many(
    bench: Workbench,
    targets: Sequence[CheckTarget],
    channel: str,
    *,
    masks: Masks = NO_MASKS,
    on_picture: OnPicture = silent,
) -> Iterator[CheckedFile | Unread]:
    """The same of many, one after the other: what cannot be read is told, and the rest goes on. Raises ChannelError."""
    rules, on = find_channel(channel, bench.channels), bench.now().date()
    for count, target in enumerate(targets):
        on_picture(target.name, count, len(targets))
        try:
            opened = masks.said(open_target(bench, target), target)
            yield check_opened(opened, rules, on, masks.of(target))
        except PackshotError as error:
            yield Unread(target.name, error)


def check_opened(opened: OpenedPicture, rules: Channel, on: date, given: Alpha | None) -> CheckedFile:
    """Every rule against an opened picture. Raises SourceError for a mask that does not fit."""
    picture = opened.picture
    if opened.file_format is None:
        checks = check_master(picture.pixels, rules, on=on, given=given)
    else:
        checks = judge_picture(opened.checked(given), rules, on)
    return checked_file(opened, rules, checks)


def checked_file(opened: OpenedPicture, rules: Channel, checks: Sequence[Check]) -> CheckedFile:
    """The verdicts with what the picture is."""
    width, height = opened.picture.size
    return CheckedFile(
        name=opened.picture.name,
        picture_digest=opened.picture.digest,
        width=width,
        height=height,
        file_format=opened.file_format,
        file_bytes=opened.file_bytes,
        channel=rules,
        checks=tuple(checks),
        notes=opened.picture.notes,
    )

"""Checks pictures against the rules of a place to sell. Changes nothing, and releases nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image

from packshot.channels import Channel, CheckedPicture, check_master, find_channel, judge_picture
from packshot.errors import PackshotError
from packshot.metadata import carries_ai_label, peek_record
from packshot.product import Alpha
from packshot.resolve import SourcePicture, open_source
from packshot.result import Check, picture_digest
from packshot.workflow.check_targets import CheckTarget
from packshot.workflow.export import picture_of
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


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPicture:
    """Pixels, and what is known of the file: nothing where there is none yet, of a picture that a run made."""

    picture: SourcePicture
    content: bytes | None = None
    file_format: str | None = None
    ai_labelled: bool | None = None
    is_srgb: bool = True

    @property
    def file_bytes(self) -> int | None:
        """How many the file has."""
        return None if self.content is None else len(self.content)

    def checked(self, given: Alpha | None = None) -> CheckedPicture:
        """As the rules see it."""
        picture = self.picture
        return CheckedPicture(
            picture.pixels,
            self.file_format or "PNG",
            self.file_bytes or 0,
            self.ai_labelled,
            alpha=picture.alpha,
            given=given,
        )


def check_file(bench: Workbench, path: Path, channel: str, *, mask: Path | None = None) -> CheckedFile:
    """Every rule of a channel against a PNG, JPEG or WebP file, as of today. Raises ChannelError and SourceError.

    `mask` is a picture that tells the product's pixels.
    """
    rules = find_channel(channel, bench.channels)
    return check_opened(open_file(path), rules, bench.now().date(), read_mask(mask))


def check_many(
    bench: Workbench,
    targets: Sequence[CheckTarget],
    channel: str,
    *,
    mask: Path | None = None,
    on_picture: OnPicture = silent,
) -> Iterator[CheckedFile | Unread]:
    """The same of many, one after the other: what cannot be read is told, and the rest goes on. Raises ChannelError."""
    rules, on, given = find_channel(channel, bench.channels), bench.now().date(), read_mask(mask)
    for count, target in enumerate(targets):
        on_picture(target.name, count, len(targets))
        try:
            yield check_opened(open_target(bench, target), rules, on, given)
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


def open_target(bench: Workbench, target: CheckTarget) -> OpenedPicture:
    """The picture. Raises SourceError, RecordError and StoreError."""
    if target.path is not None:
        return open_file(target.path)
    _record, pixels = picture_of(bench, bench.store.run(str(target.run_id)))
    return OpenedPicture(SourcePicture(target.name, pixels, picture_digest(pixels), ()))


def open_file(path: Path) -> OpenedPicture:
    """A file with what stands in it. Raises SourceError."""
    picture = open_source(path)
    return opened_from(path.read_bytes(), picture, _ai_labelled(path))


def opened_from(content: bytes, picture: SourcePicture, ai_labelled: bool | None) -> OpenedPicture:
    """The same of a file's bytes, which `picture` was read from. An MPO of a phone is a JPEG with more behind it."""
    with Image.open(io.BytesIO(content)) as file:
        kind = "JPEG" if file.format == "MPO" else str(file.format)
        profile = file.info.get("icc_profile") or b""
    is_srgb = not profile or b"sRGB" in profile.replace(b"\0", b"")
    return OpenedPicture(picture, content, kind, ai_labelled, is_srgb)


def read_mask(path: Path | None) -> Alpha | None:
    """A mask (H, W, 1 to 4) from a picture file, its alpha channel kept. Raises SourceError."""
    if path is None:
        return None
    picture = open_source(path)
    if picture.alpha is not None:
        return picture.alpha
    return np.asarray(picture.pixels)


def _ai_labelled(path: Path) -> bool | None:
    """A file with our record was made by AI, labelled or not; of any other file without a label nothing is known."""
    if carries_ai_label(path):
        return True
    try:
        peek_record(path)
    except PackshotError:
        return None
    return False

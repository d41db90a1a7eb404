"""Checks a picture file against the rules of a place to sell. Changes nothing, and releases nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from packshot.channels import Channel, check_picture, find_channel
from packshot.errors import PackshotError
from packshot.metadata import carries_ai_label, read_record
from packshot.resolve import open_source
from packshot.result import Check
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file as it was checked. `notes` say what reading it changed (turned upright, flattened on white, …)."""

    name: str
    picture_digest: str
    width: int
    height: int
    file_format: str
    file_bytes: int
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


def check_file(bench: Workbench, path: Path, channel: str) -> CheckedFile:
    """Every rule of a channel against a PNG, JPEG or WebP file, as of today. Raises ChannelError and SourceError."""
    rules = find_channel(channel, bench.channels)
    picture = open_source(path)
    file_format, file_bytes = _format(path), path.stat().st_size
    width, height = picture.size
    checks = check_picture(
        picture.pixels, file_format, file_bytes, rules, ai_labelled=_ai_labelled(path), on=bench.now().date()
    )
    return CheckedFile(
        name=picture.name,
        picture_digest=picture.digest,
        width=width,
        height=height,
        file_format=file_format,
        file_bytes=file_bytes,
        channel=rules,
        checks=tuple(checks),
        notes=picture.notes,
    )


def _format(path: Path) -> str:
    """By the content. What phones write as MPO is a JPEG with more behind it, and shops read the JPEG."""
    with Image.open(path) as picture:
        return "JPEG" if picture.format == "MPO" else str(picture.format)


def _ai_labelled(path: Path) -> bool | None:
    """A file with our record was made by AI, labelled or not; of any other file without a label nothing is known."""
    if carries_ai_label(path):
        return True
    try:
        read_record(path)
    except PackshotError:
        return None
    return False

"""A picture that shall be checked, with what is known of its file. Knows no rules."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from packshot.channels import CheckedPicture
from packshot.errors import PackshotError
from packshot.metadata import carries_ai_label, peek_record
from packshot.product import Alpha
from packshot.resolve import SourcePicture, open_source
from packshot.resolve.source import WITH_TIFF
from packshot.result import picture_digest
from packshot.workflow.check_targets import CheckTarget
from packshot.workflow.export import picture_of
from packshot.workflow.workbench import Workbench


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


def open_target(bench: Workbench, target: CheckTarget) -> OpenedPicture:
    """The picture. Raises SourceError, RecordError and StoreError."""
    if target.path is not None:
        return open_file(target.path)
    _record, pixels = picture_of(bench, bench.store.run(str(target.run_id)))
    return OpenedPicture(SourcePicture(target.name, pixels, picture_digest(pixels), ()))


def open_file(path: Path) -> OpenedPicture:
    """A file with what stands in it. Raises SourceError."""
    picture = open_source(path, WITH_TIFF)
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
    picture = open_source(path, WITH_TIFF)
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

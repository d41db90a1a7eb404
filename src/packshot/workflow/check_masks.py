"""Which mask tells the product of which picture: one file for one picture, or a folder of masks by their names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from packshot.errors import ChannelError
from packshot.product import Alpha
from packshot.workflow.check_targets import CheckTarget
from packshot.workflow.evaluate_folder import PICTURES
from packshot.workflow.opened_picture import OpenedPicture, read_mask

NAMELESS: Final = "no mask has its name: the product was looked for in the picture"


@dataclass(frozen=True, slots=True)
class Masks:
    """A mask `file`, or masks of a folder `by_stem`; both None where none was given."""

    file: Path | None = None
    by_stem: dict[str, Path] | None = None

    def of(self, target: CheckTarget) -> Alpha | None:
        """A picture's mask; None where the product is to be found. Raises SourceError where a file is unreadable."""
        found = self.file if self.by_stem is None else self.by_stem.get(_stem(target))
        return read_mask(found)

    def said(self, opened: OpenedPicture, target: CheckTarget) -> OpenedPicture:
        """The picture with a note where a folder of masks was given, and has none for it."""
        if self.by_stem is None or _stem(target) in self.by_stem:
            return opened
        return replace(opened, picture=replace(opened.picture, notes=(*opened.picture.notes, NAMELESS)))


NO_MASKS: Final = Masks()
"""Every product is to be found."""


def masks_at(path: Path | None, pictures: int) -> Masks:
    """The masks at a path, for so many pictures.

    Raises ChannelError for one mask of several pictures, a folder without masks, or two masks of one name.
    """
    if path is None:
        return NO_MASKS
    if not path.is_dir():
        if pictures != 1:
            raise ChannelError(
                "channel.pictures",
                "a mask tells the product of one picture",
                expected="a folder of masks with the pictures' names, or one picture",
                got=f"one mask, {pictures} pictures",
            )
        return Masks(path)
    found: dict[str, Path] = {}
    for file in sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES and file.is_file()):
        if file.stem in found:
            raise ChannelError(
                "channel.pictures",
                f"two masks have the same name: {found[file.stem].name}, {file.name}",
                expected="one mask a picture",
                got="two",
            )
        found[file.stem] = file
    if not found:
        raise ChannelError(
            "channel.pictures", f"no mask in {path}", expected="pictures with the names of those to check", got="none"
        )
    return Masks(by_stem=found)


def _stem(target: CheckTarget) -> str:
    return target.name if target.path is None else target.path.stem

"""A picture that is read when it is needed, and not kept: a report of thousands holds one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.report.source import PictureSource
from packshot.result import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class StoredPicture:
    """Where a picture is. `digest` is that of its pixels."""

    digest: str
    pictures: PictureSource

    def load(self) -> Pixels:
        """The pixels (H, W, 3). Raises what the store raises."""
        return self.pictures.get(self.digest)

"""Where in a picture its evidence speaks of: boxes, each once, with everything that was measured there."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.report.data import Shot
from packshot.result import Box, Evidence


@dataclass(frozen=True, slots=True)
class Region:
    """A box with its number in the picture, and the evidence that names it."""

    number: int
    box: Box
    entries: tuple[Evidence, ...]

    @property
    def width(self) -> int:
        """In pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]


def regions_of(shot: Shot, names: tuple[str, ...] = ()) -> tuple[Region, ...]:
    """The boxes of a picture's evidence, in its order; of those `names` alone, where some are given."""
    boxes: dict[Box, list[Evidence]] = {}
    for entry in shot.evidence:
        if entry.value is not None and (not names or entry.name in names):
            for box in entry.regions:
                boxes.setdefault(box, []).append(entry)
    return tuple(Region(index, box, tuple(entries)) for index, (box, entries) in enumerate(boxes.items(), start=1))

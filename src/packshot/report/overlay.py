"""Which boxes to draw over a picture: every region once, with all that it speaks of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from packshot.result import Box, Evidence

QUIET = frozenset({"clipped_highlights", "clipped_shadows"})
"""Drawn only where they cost points: every white ground is clipped."""


@dataclass(frozen=True, slots=True)
class OverlayBox:
    """A numbered box in the picture's pixels. `is_fault` where one of its evidence costs points; that is said first."""

    number: int
    box: Box
    sentences: tuple[str, ...]
    is_fault: bool

    @property
    def left(self) -> int:
        """Pixels from the left."""
        return self.box[0]

    @property
    def top(self) -> int:
        """Pixels from the top."""
        return self.box[1]

    @property
    def width(self) -> int:
        """Pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """Pixels."""
        return self.box[3] - self.box[1]


def overlay_boxes(evidence: Sequence[Evidence], costly: Collection[str]) -> tuple[OverlayBox, ...]:
    """The boxes of what was measured, the larger ones first. `costly` names the evidence that costs points."""
    speaking: dict[Box, list[Evidence]] = {}
    for entry in evidence:
        if entry.value is None or (entry.name in QUIET and entry.name not in costly):
            continue
        for box in entry.regions:
            speaking.setdefault(box, []).append(entry)
    ordered = sorted(speaking, key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))
    return tuple(
        OverlayBox(
            number,
            box,
            tuple(entry.sentence for entry in sorted(speaking[box], key=lambda entry: entry.name not in costly)),
            any(entry.name in costly for entry in speaking[box]),
        )
        for number, box in enumerate(ordered, 1)
    )


@dataclass(frozen=True, slots=True)
class LegendLine:
    """What boxes say that say the same: eight words on a label are one sentence, not eight."""

    numbers: tuple[int, ...]
    sentences: tuple[str, ...]
    is_fault: bool


def legend_of(boxes: Sequence[OverlayBox]) -> tuple[LegendLine, ...]:
    """The lines below a picture, in the order of their first boxes."""
    alike: dict[tuple[tuple[str, ...], bool], list[int]] = {}
    for box in boxes:
        alike.setdefault((box.sentences, box.is_fault), []).append(box.number)
    return tuple(LegendLine(tuple(numbers), *said) for said, numbers in alike.items())

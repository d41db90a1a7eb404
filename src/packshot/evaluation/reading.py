"""What the reader found in a picture and in its source, or why it found nothing out."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.evaluation.instruments import FoundText, Instruments, guarded
from packshot.result import Pixels


@dataclass(frozen=True, slots=True)
class Reading:
    """`source` is None where there is none to read; `reason` says why nothing was read at all."""

    picture: tuple[FoundText, ...] = ()
    source: tuple[FoundText, ...] | None = None
    reason: str | None = None


def read_both(pixels: Pixels, source: Pixels | None, instruments: Instruments) -> Reading:
    """The texts of a picture (H, W, 3) and of its source. A reader that fails is a reason, no error."""
    reader = instruments.reader
    if reader is None:
        return Reading(reason=instruments.no_reader)
    return guarded(
        lambda: Reading(reader.read(pixels), None if source is None else reader.read(source)),
        lambda reason: Reading(reason=reason),
        "the reader of text",
    )

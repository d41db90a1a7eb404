"""What of a TIFF is read: one page of 8 or 16 bits a channel. Looks at its header only; decoding is Pillow's."""

from __future__ import annotations

from typing import Final

from PIL import Image
from PIL.TiffImagePlugin import BITSPERSAMPLE, PHOTOMETRIC_INTERPRETATION, SAMPLEFORMAT

from packshot.errors import SourceError

BITS: Final = (1, 2, 4, 8, 16)
WHOLE_NUMBERS: Final = 1
ZERO_IS_WHITE: Final = 0


def check_tiff(picture: Image.Image, name: str) -> bool:
    """Whether the TIFF has 16 bits a channel: Pillow takes the upper 8 of a colour picture without a word.

    Raises SourceError (source.format) for several pages, and for numbers that are no 8 or 16 bits.
    """
    if getattr(picture, "is_animated", False):
        raise SourceError("source.format", f"{name} has several pages", expected="one page", got="more")
    tags = getattr(picture, "tag_v2", {})
    bits, kinds = _numbers(tags.get(BITSPERSAMPLE, 1)), _numbers(tags.get(SAMPLEFORMAT, WHOLE_NUMBERS))
    if not bits <= set(BITS) or kinds != {WHOLE_NUMBERS} or picture.mode in ("I", "F"):
        raise SourceError(
            "source.format",
            f"{name} is a TIFF of numbers that are not read",
            expected="8 or 16 bits a channel, whole numbers without a sign",
            got=f"{', '.join(map(str, sorted(bits)))} bits, mode {picture.mode}",
            hint="save it with 8 or 16 bits a channel",
        )
    if bits == {16} and tags.get(PHOTOMETRIC_INTERPRETATION) == ZERO_IS_WHITE:
        raise SourceError(
            "source.format",
            f"{name} is a TIFF of 16 bits in which 0 is white",
            expected="0 as black",
            got="0 as white",
            hint="save it as an ordinary grey or RGB picture",
        )
    return 16 in bits


def _numbers(value: object) -> set[int]:
    """A tag of one number, or of one for each channel."""
    return {int(each) for each in value} if isinstance(value, tuple) else {int(str(value))}

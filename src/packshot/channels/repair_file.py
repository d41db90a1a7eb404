"""Which kind of file a repaired picture becomes, and at which quality it fits. Encoding itself is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from packshot.channels.limits import Limits
from packshot.metadata import FileForm

QUALITIES: Final = (95, 93, 90)
"""Of a JPEG, best first; below the last one nothing is lowered: eBay warns there."""
JPEG: Final = "JPEG"


@dataclass(frozen=True, slots=True)
class FittedFile:
    """The file's bytes; `too_large` says that they are more than the channel takes."""

    content: bytes
    form: FileForm
    too_large: str | None

    @property
    def step(self) -> str:
        """What was written, in words."""
        if self.form.format == JPEG:
            return f"written as JPEG, 4:4:4, at quality {self.form.quality}"
        return f"written as {self.form.format}, without loss"


def fit_file(file_format: str, limits: Limits, encode: Callable[[FileForm], bytes]) -> FittedFile:
    """The first of the forms that keeps the limit of bytes, else the smallest.

    A JPEG stays a JPEG where that is taken. Everything else becomes a PNG, or a JPEG where that is not taken or too
    large.
    """
    tried: list[FittedFile] = []
    for form in forms(file_format, limits.formats):
        content = encode(form)
        if len(content) <= limits.max_bytes:
            return FittedFile(content, form, None)
        lowest = f" at quality {form.quality}, and less is not written" if form.format == JPEG else ""
        tried.append(FittedFile(content, form, f"the file has {len(content) / 1e6:.2f} MB{lowest}"))
    return min(tried, key=lambda file: len(file.content))


def forms(file_format: str, taken: frozenset[str] | None) -> list[FileForm]:
    """What is tried, in this order; everything that can be written where nothing of it is taken."""
    jpegs = [FileForm(JPEG, quality) for quality in QUALITIES]
    png = [FileForm("PNG")]
    wanted = [*jpegs, *png] if file_format == JPEG else [*png, *jpegs]
    return [form for form in wanted if taken is None or form.format in taken] or wanted

"""Keeps a file under a channel's limit of bytes by compressing it more, down to a floor. Never makes it smaller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from packshot.errors import ReleaseError
from packshot.metadata.released import FileForm

QUALITY_FLOOR: Final = 90
"""Of a JPEG and a lossy WebP. eBay warns below 90, and what a JPEG rings into a white ground grows below it."""


def within_bytes(encode: Callable[[FileForm], bytes], form: FileForm, most: int | None) -> tuple[bytes, FileForm]:
    """The first file of at most `most` bytes, and its form: as asked, then with ever less quality, down to the floor.

    `encode` gives the whole file, signed where it is to be signed. `most` None is no limit. A PNG has no quality, and
    a WebP without loss is tried with loss before it is given up. Raises ReleaseError (release.refused).
    """
    smallest: tuple[int, FileForm] | None = None
    for tried in _ever_smaller(form):
        content = encode(tried)
        if most is None or len(content) <= most:
            return content, tried
        smallest = len(content), tried
    assert smallest is not None  # the form that was asked for is tried first
    raise ReleaseError(
        "release.refused",
        f"the file is too large in every form that is tried: {_words(smallest[1])}, it has {smallest[0]:,} bytes",
        expected=f"at most {most:,} bytes, with a quality of {QUALITY_FLOOR} or more",
        got=f"{smallest[0]:,} bytes",
        hint="release it as a JPEG, or make a smaller picture and have that approved",
    )


def _ever_smaller(form: FileForm) -> Iterator[FileForm]:
    yield form
    if form.format == "PNG":
        return
    first = form.quality if form.lossless else form.quality - 1
    for quality in range(first, QUALITY_FLOOR - 1, -1):
        yield replace(form, quality=quality, lossless=False)


def _words(form: FileForm) -> str:
    return "as a PNG" if form.format == "PNG" else f"as a {form.format} of quality {form.quality}"

"""A file is made to fit a channel's bytes by its quality alone, and never below the floor."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import ReleaseError
from packshot.metadata import QUALITY_FLOOR, FileForm, within_bytes
from packshot.metadata.released import encode_released
from tests.metadata.released import fields

NOISE = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def encoded(form: FileForm) -> bytes:
    return encode_released(NOISE, fields(), form)


@pytest.mark.parametrize("most", [None, 10_000_000])
def test_what_fits_is_left_as_it_was_asked_for(most: int | None) -> None:
    asked = FileForm("JPEG", quality=97)
    assert within_bytes(encoded, asked, most) == (encoded(asked), asked)


def test_the_best_quality_that_fits_is_taken() -> None:
    most = len(encoded(FileForm("JPEG", quality=92)))
    content, form = within_bytes(encoded, FileForm("JPEG"), most)
    assert form.quality == 92
    assert len(content) <= most < len(encoded(FileForm("JPEG", quality=93)))


@pytest.mark.parametrize(
    "asked", [FileForm("JPEG"), FileForm("WEBP"), FileForm("WEBP", lossless=True), FileForm("PNG")]
)
def test_below_the_floor_it_is_refused(asked: FileForm) -> None:
    tried: list[FileForm] = []

    def remembered(form: FileForm) -> bytes:
        tried.append(form)
        return encoded(form)

    with pytest.raises(ReleaseError) as caught:
        within_bytes(remembered, asked, 1000)
    assert (caught.value.code, caught.value.exit_code) == ("release.refused", 3)
    assert tried[0] == asked
    assert min(form.quality for form in tried) == (95 if asked.format == "PNG" else QUALITY_FLOOR)
    assert f"{len(encoded(tried[-1])):,}" in caught.value.message


def test_a_webp_without_loss_is_made_with_loss_where_it_has_to() -> None:
    asked = FileForm("WEBP", lossless=True)
    content, form = within_bytes(encoded, asked, len(encoded(asked)) - 1)
    assert (form.lossless, form.quality) == (False, 95)
    assert content == encoded(form)

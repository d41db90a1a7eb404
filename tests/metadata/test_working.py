"""Working files: labels go along and are never less, and nothing takes such a file for a release."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packshot.errors import OutputError
from packshot.metadata import (
    FileForm,
    SourceType,
    encode_working,
    read_labels,
    released_in,
    working_source_type,
    write_working,
)
from tests.metadata.released import FORMS, PIXELS, photo, released, xmp

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.format)
TOOL = "Packshot test"


@each_form
@pytest.mark.parametrize("kind", [None, *SourceType])
def test_the_label_stands_in_the_file_and_no_release_does(form: FileForm, kind: SourceType | None) -> None:
    content = encode_working(PIXELS, kind, form, TOOL)
    found = released_in(content, Path("x"))
    assert found.source_type == kind
    assert (found.fields, found.exif, found.gps, found.c2pa, found.srgb) == (None, False, False, False, True)
    assert b"neither approved nor released" in content
    assert content == encode_working(PIXELS, kind, form, TOOL)


@pytest.mark.parametrize("kind", list(SourceType))
@pytest.mark.parametrize("retouched", [False, True])
def test_a_label_is_carried_on(kind: SourceType, retouched: bool) -> None:
    content = photo("JPEG", xmp(kind.rsplit("/", 1)[1]))
    assert working_source_type(content, made_by_ai=False, retouched=retouched) == kind


def test_a_photo_says_only_what_was_done_to_it() -> None:
    assert working_source_type(photo(), made_by_ai=False, retouched=False) is None
    assert working_source_type(photo(), made_by_ai=False, retouched=True) is SourceType.ALGORITHMICALLY_ENHANCED
    assert working_source_type(photo(), made_by_ai=True, retouched=True) is SourceType.TRAINED
    assert working_source_type(b"", made_by_ai=True, retouched=False) is SourceType.TRAINED


def test_a_released_file_keeps_its_label_and_is_none_any_more() -> None:
    content = released(FileForm("PNG"))
    kind = working_source_type(content, made_by_ai=False, retouched=True)
    assert kind is read_labels(content).ai is SourceType.COMPOSITE_WITH_TRAINED
    assert released_in(encode_working(PIXELS, kind, FileForm("PNG"), TOOL), Path("x")).fields is None


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out" / "mug.png"
    content = encode_working(PIXELS, None, FileForm("PNG"), TOOL)
    assert write_working(path, content)
    assert not write_working(path, content)
    other = encode_working(np.ascontiguousarray(PIXELS[::-1]), None, FileForm("PNG"), TOOL)
    with pytest.raises(OutputError) as caught:
        write_working(path, other)
    assert caught.value.code == "output.exists"
    assert path.read_bytes() == content

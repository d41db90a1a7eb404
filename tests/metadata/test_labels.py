"""What a source says about AI's part in it, and that no edit ever says less."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from packshot.metadata import SourceLabels, SourceType, carries_ai_label, read_labels, source_type_of
from packshot.metadata.source_type import AI_SOURCE_TYPES
from packshot.result import EditKind
from tests.metadata.released import photo, xmp

FORMATS = ("PNG", "JPEG", "WEBP")


@pytest.mark.parametrize(
    ("edit", "source", "result"),
    [
        (EditKind.GENERATED, None, SourceType.TRAINED),
        (EditKind.LOCKED, None, SourceType.COMPOSITE_WITH_TRAINED),
        (EditKind.RETOUCHED, None, SourceType.ALGORITHMICALLY_ENHANCED),
        (EditKind.RETOUCHED, SourceType.TRAINED, SourceType.TRAINED),
        (EditKind.RETOUCHED, SourceType.COMPOSITE_SYNTHETIC, SourceType.COMPOSITE_SYNTHETIC),
        (EditKind.LOCKED, SourceType.TRAINED, SourceType.TRAINED),
        (EditKind.LOCKED, SourceType.COMPOSITE_SYNTHETIC, SourceType.COMPOSITE_WITH_TRAINED),
        (EditKind.GENERATED, SourceType.COMPOSITE_WITH_TRAINED, SourceType.TRAINED),
    ],
)
def test_the_source_type_is_that_of_the_edit_or_the_sources_where_that_is_more(
    edit: EditKind, source: SourceType | None, result: SourceType
) -> None:
    assert source_type_of(edit, source) is result


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", AI_SOURCE_TYPES)
def test_the_label_of_a_source_is_found(tmp_path: Path, form: str, kind: SourceType) -> None:
    content = photo(form, xmp(kind.rpartition("/")[2]))
    assert read_labels(content) == SourceLabels(kind)
    (tmp_path / "x").write_bytes(content)
    assert carries_ai_label(tmp_path / "x")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("code", ["digitalCapture", "algorithmicallyEnhanced", "composite", "trainedAlgorithmicMediaX"])
def test_other_codes_are_no_ai_label(form: str, code: str) -> None:
    assert read_labels(photo(form, xmp(code))) == SourceLabels()


def test_https_and_utf_16_are_read_too() -> None:
    packet = xmp("trainedAlgorithmicMedia")
    assert read_labels(photo("JPEG", packet.replace("http://cv", "https://cv"))).ai is SourceType.TRAINED
    assert read_labels(photo("JPEG", packet.encode("utf-16"))).ai is SourceType.TRAINED


def test_of_several_codes_the_strongest_counts() -> None:
    packet = xmp("compositeSynthetic") + xmp("trainedAlgorithmicMedia")
    assert read_labels(photo("JPEG", packet)).ai is SourceType.TRAINED


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\0\0\0\0WEBP"]))
def test_any_bytes_are_read_or_have_no_label(tail: bytes, head: bytes) -> None:
    assert read_labels(head + tail).ai is None


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(FORMATS))
def test_a_broken_photo_is_no_error(at: int, value: int, form: str) -> None:
    content = bytearray(photo(form, xmp("trainedAlgorithmicMedia")))
    content[at % len(content)] = value
    read_labels(bytes(content))
    read_labels(bytes(content[: at % len(content)]))


@pytest.mark.parametrize("packed", [False, True])
def test_a_pngs_label_behind_the_pixels_is_found(packed: bool) -> None:
    """Where exiftool writes it."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("XML:com.adobe.xmp", xmp("trainedAlgorithmicMedia"), zip=packed)
    file = io.BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG", pnginfo=chunks)
    content = file.getvalue()
    start = content.index(b"iTXt") - 4
    end = start + 12 + int.from_bytes(content[start : start + 4], "big")
    moved = content[:start] + content[end:-12] + content[start:end] + content[-12:]
    assert read_labels(moved).ai is SourceType.TRAINED
    assert read_labels(content[:start] + content[end:]).ai is None


def test_labels_are_joined_and_never_lowered() -> None:
    weak, strong = SourceLabels(SourceType.COMPOSITE_SYNTHETIC, c2pa=True), SourceLabels(SourceType.TRAINED)
    assert weak.joined(strong) == strong.joined(weak) == SourceLabels(SourceType.TRAINED, c2pa=True)
    assert SourceLabels().joined(weak) == weak.joined(SourceLabels()) == weak
    assert SourceLabels().joined(SourceLabels()) == SourceLabels()

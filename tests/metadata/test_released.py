"""Released files: what is in them is what was asked for, in all three formats, and nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import OutputError, PackshotError, SourceError
from packshot.metadata import (
    FileForm,
    SourceLabels,
    SourceType,
    a1111_text,
    read_a1111_prompts,
    read_released,
    released_in,
)
from packshot.metadata.released import encode_released
from packshot.resolve.source import decode_source
from packshot.result import EditKind, picture_digest
from tests.metadata.released import FORMS, PIXELS, PROMPT, fields, photo, released
from tests.metadata.samples import sample_record
from tests.metadata.test_xmp import HOSTILE

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.format)
needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)"
)


@each_form
def test_everything_comes_back(tmp_path: Path, form: FileForm) -> None:
    asked = fields(prompt=PROMPT, source=SourceLabels(SourceType.TRAINED, c2pa=True))
    path = tmp_path / "mug"
    path.write_bytes(encode_released(PIXELS, asked, form))
    found = read_released(path)
    assert found.fields == asked
    assert found.source_type == SourceType.TRAINED
    assert (found.format, found.width, found.height) == (form.format, 48, 40)
    assert (found.srgb, found.exif, found.gps, found.c2pa, found.a1111) == (True, False, False, False, None)


@each_form
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prompts_and_skus_come_back(form: FileForm, text: str) -> None:
    found = released_in(released(form, sku=text, prompt=text, channel=text), Path("x")).fields
    assert found is not None
    assert (found.sku, found.prompt, found.channel) == (text, text, text)
    assert found.edit is EditKind.LOCKED


@pytest.mark.parametrize("form", [FileForm("PNG"), FileForm("WEBP", lossless=True)], ids=lambda form: form.format)
def test_without_loss_the_pixels_are_the_masters(form: FileForm) -> None:
    assert released_in(released(form), Path("x")).digest == picture_digest(PIXELS)


def test_a_jpeg_keeps_all_of_the_colour() -> None:
    red = np.zeros((40, 48, 3), np.uint8)
    red[:, ::2] = (255, 0, 0)
    with Image.open(io.BytesIO(encode_released(red, fields(), FileForm("JPEG")))) as picture:
        assert [layer[1:3] for layer in picture.layer] == [(1, 1)] * 3
        assert np.abs(np.asarray(picture).astype(int) - red).max() < 30


@each_form
def test_the_same_input_gives_the_same_bytes(form: FileForm) -> None:
    assert released(form) == released(form)


@each_form
def test_the_prompt_is_there_by_its_hash_alone(form: FileForm) -> None:
    content = released(form)
    assert PROMPT.encode() not in content
    assert fields().prompt_hash.encode() in content


@each_form
def test_the_text_for_other_tools_is_there_on_request(tmp_path: Path, form: FileForm) -> None:
    text = a1111_text(sample_record(prompt="日本 😀 mug"))
    (tmp_path / "x").write_bytes(released(form, a1111=text))
    assert read_released(tmp_path / "x").a1111 == text
    assert read_a1111_prompts(tmp_path / "x") == ("日本 😀 mug", "text, watermark")


@each_form
def test_a_text_with_half_a_character_is_written(form: FileForm) -> None:
    assert released_in(released(form, a1111="a\ud800b"), Path("x")).a1111 == "a?b"


@each_form
def test_a_text_that_does_not_fit_is_refused(form: FileForm) -> None:
    for call in ({"prompt": "x" * 70_000}, {"a1111": "x" * 40_000}):
        with pytest.raises(OutputError) as caught:
            released(form, **call)
        assert caught.value.code == "output.metadata"
        assert "x" * 100 not in str(caught.value)


@each_form
def test_a_broken_file_is_one_of_our_errors(form: FileForm) -> None:
    content = released(form)
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(content)
        for at in rng.integers(0, len(content), 3):
            broken[at] = rng.integers(0, 256)
        with contextlib.suppress(PackshotError):
            released_in(bytes(broken[: rng.integers(len(content) // 2, len(content) + 1)]), Path("x"))


def test_a_size_beyond_the_limits_is_not_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    with pytest.raises(SourceError) as caught:
        released_in(file.getvalue(), Path("x"))
    assert caught.value.code == "source.too_large"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_none_of_ours_and_its_place_is_seen(form: str) -> None:
    found = released_in(photo(form, gps=True), Path("x"))
    assert (found.fields, found.source_type, found.gps, found.exif, found.srgb) == (None, None, True, True, False)


@pytest.fixture(scope="module")
def read_by_exiftool(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """By file name: each format with and without what is there on request, and made of a photo with a place."""
    folder = tmp_path_factory.mktemp("released")
    source = decode_source(photo(gps=True), "photo.jpg").pixels
    for form in FORMS:
        (folder / f"plain.{form.format}").write_bytes(encode_released(source, fields(), form))
        hostile = {"prompt": HOSTILE[5] + "😀" * 400, "sku": '"]]><x>', "edit": EditKind.RETOUCHED}
        (folder / f"asked.{form.format}").write_bytes(released(form, a1111="a mug\nSteps: 2", **hostile))
    (folder / "photo.jpg").write_bytes(photo(gps=True))
    done = subprocess.run(
        ["exiftool", "-j", "-G1", "-a", str(folder)], check=True, capture_output=True, text=True, timeout=120
    )
    return {Path(entry["SourceFile"]).name: entry for entry in json.loads(done.stdout)}


@needs_exiftool
@each_form
def test_exiftool_reads_the_label(read_by_exiftool: dict[str, dict[str, Any]], form: FileForm) -> None:
    found = read_by_exiftool[f"plain.{form.format}"]
    label = {name: value for name, value in found.items() if name.startswith("XMP")}
    assert label == {
        "XMP-iptcExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
        "XMP-xmp:CreatorTool": "Packshot 0.1.0",
        "XMP-packshot:Edit": "locked",
        "XMP-packshot:Sku": "MUG-17",
        "XMP-packshot:Channel": "google-merchant",
        "XMP-packshot:PictureDigest": "ab" * 32,
        "XMP-packshot:RunId": "01JDBAHPZ00000000000000000",
        "XMP-packshot:SpecHash": "ps1:" + "cd" * 32,
        "XMP-packshot:PromptHash": fields().prompt_hash,
    }
    if form.format == "PNG":
        assert found["PNG:SRGBRendering"] == "Perceptual"
    else:
        assert "sRGB" in found["ICC_Profile:ProfileDescription"]
    assert not any("Warning" in name or "Error" in name for name in found)


@needs_exiftool
@each_form
def test_exiftool_finds_no_place_and_no_person(read_by_exiftool: dict[str, dict[str, Any]], form: FileForm) -> None:
    assert {"GPS:GPSLatitude", "IFD0:Artist"} <= set(read_by_exiftool["photo.jpg"])
    groups = {name.partition(":")[0] for name in read_by_exiftool[f"plain.{form.format}"]}
    assert not groups & {"GPS", "IFD0", "ExifIFD", "IPTC", "Photoshop"}


@needs_exiftool
@each_form
def test_exiftool_reads_what_was_asked_for(read_by_exiftool: dict[str, dict[str, Any]], form: FileForm) -> None:
    found = read_by_exiftool[f"asked.{form.format}"]
    assert found["XMP-iptcExt:AIPromptInformation"] == HOSTILE[5] + "😀" * 400
    assert found["XMP-packshot:Sku"] == '"]]><x>'
    assert found["XMP-iptcExt:DigitalSourceType"].endswith("/algorithmicallyEnhanced")
    assert found["PNG:Parameters" if form.format == "PNG" else "ExifIFD:UserComment"] == "a mug\nSteps: 2"


def test_a_noisy_picture_fits_into_a_jpeg() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
    content = encode_released(noise, fields(), FileForm("JPEG"))
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (1024, 1024)

"""A person's picture is opened safely, and what was done to it is said."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from packshot.errors import PackshotError, SourceError
from packshot.resolve import decode_source, fit_source, open_source
from packshot.spec import Fit


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def test_exif_orientation_is_applied() -> None:
    picture = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = decode_source(saved(picture, "JPEG", exif=exif), "a.jpg")
    assert opened.size == (20, 40)
    assert any("upright" in note for note in opened.notes)


def test_transparency_is_flattened_on_white_and_said() -> None:
    opened = decode_source(saved(Image.new("RGBA", (32, 32), (0, 0, 0, 0))), "a.png")
    assert (opened.pixels == 255).all()
    assert any("flattened on white" in note for note in opened.notes)


def test_an_opaque_alpha_channel_changes_nothing() -> None:
    opened = decode_source(saved(Image.new("RGBA", (32, 32), (9, 8, 7, 255))), "a.png")
    assert opened.notes == ()
    assert (opened.pixels == (9, 8, 7)).all()


def test_a_colour_profile_is_converted() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    opened = decode_source(saved(Image.new("RGB", (32, 32), (200, 10, 10)), icc_profile=profile), "a.png")
    assert any("profile" in note for note in opened.notes)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = decode_source(saved(Image.new("RGB", (32, 32), (200, 10, 10)), icc_profile=srgb), "a.png")
    assert np.abs(same.pixels.astype(int) - (200, 10, 10)).max() <= 1


def test_sixteen_bits_grey_palette_and_cmyk_are_read() -> None:
    deep = Image.fromarray(np.full((32, 32), 0x8000, np.uint16))
    assert (decode_source(saved(deep), "a.png").pixels == 128).all()
    assert decode_source(saved(Image.new("L", (32, 32), 7)), "a.png").pixels.shape == (32, 32, 3)
    assert decode_source(saved(Image.new("P", (32, 32))), "a.png").pixels.shape == (32, 32, 3)
    assert decode_source(saved(Image.new("CMYK", (32, 32)), "JPEG"), "a.jpg").pixels.shape == (32, 32, 3)
    assert any("CMYK" in note for note in decode_source(saved(Image.new("CMYK", (32, 32)), "JPEG"), "a.jpg").notes)


def test_the_digest_is_of_pixels_not_of_files() -> None:
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 40, 3), np.uint8))
    one = decode_source(saved(picture, compress_level=1), "a.png")
    other = decode_source(saved(picture, "WEBP", lossless=True), "b.webp")
    assert one.digest == other.digest


def bomb() -> bytes:
    """A PNG of a few bytes that claims 12000×12000 pixels."""
    header = struct.pack(">IIBBBBB", 12000, 12000, 8, 2, 0, 0, 0)
    chunks = b""
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")):
        chunks += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "source.format"),
        (b"this is text, not a picture", "source.format"),
        (saved(Image.new("RGB", (64, 64)), "GIF"), "source.format"),
        (saved(Image.new("RGB", (64, 64)), "TIFF"), "source.format"),
        (
            saved(Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)))[:2000],
            "source.corrupt",
        ),
        (saved(Image.new("RGB", (15, 64))), "source.too_small"),
        (saved(Image.new("L", (8200, 20))), "source.too_large"),
        (bomb(), "source.too_large"),
    ],
    ids=["empty", "text", "gif", "tiff", "cut", "small", "long", "bomb"],
)
def test_bad_pictures_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode_source(data, "photo.png")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        (b"", "the file is empty", "copy or save the picture again"),
        ("déjà vu, no picture".encode(), "the file holds text", None),
        (("é" * 3000).encode(), "the file holds text", None),
        (saved(Image.new("RGB", (64, 64)), "GIF"), "not a picture that is read", "save it as PNG or JPEG"),
    ],
)
def test_what_is_no_picture_is_called_by_what_it_is(data: bytes, words: str, hint: str | None) -> None:
    with pytest.raises(SourceError) as caught:
        decode_source(data, "photo.png")
    assert words in caught.value.message
    assert caught.value.hint == hint


def test_an_animation_is_refused() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(SourceError) as caught:
        decode_source(data, "a.webp")
    assert caught.value.code == "source.format"


def test_broken_exif_costs_the_turn_not_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = bytearray(saved(Image.new("RGB", (40, 20), "red"), "JPEG", exif=exif))
    start = data.index(b"Exif\0\0") + 6
    for position in range(start, start + 20):
        broken = bytearray(data)
        broken[position] ^= 0xFF
        try:
            opened = decode_source(bytes(broken), "a.jpg")
        except SourceError:
            continue
        assert opened.pixels.shape in {(40, 20, 3), (20, 40, 3)}


def test_a_phone_photo_with_a_second_picture_behind_is_read() -> None:
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    opened = decode_source(saved(first, "MPO", save_all=True, append_images=[second]), "phone.jpg")
    assert opened.size == (40, 30)
    assert any("first of several" in note for note in opened.notes)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as stream:
        stream.truncate(21_000_000)
    with pytest.raises(SourceError) as caught:
        open_source(path)
    assert caught.value.code == "source.too_large"


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        open_source(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_broken_bytes_never_give_anything_but_our_errors(position: int, value: int) -> None:
    data = bytearray(saved(Image.new("RGB", (40, 40), (1, 2, 3))))
    data[position % len(data)] = value
    try:
        opened = decode_source(bytes(data), "a.png")
    except PackshotError:
        return
    assert opened.pixels.ndim == 3


@given(st.integers(16, 90), st.integers(16, 90), st.sampled_from(Fit))
@settings(max_examples=40, deadline=None)
def test_fitting_gives_the_asked_shape(width: int, height: int, rule: Fit) -> None:
    pixels = np.full((height, width, 3), 200, np.uint8)
    fitted = fit_source(pixels, (64, 48), rule)
    assert fitted.shape == (48, 64, 3)
    assert np.abs(fitted.astype(int) - 200).max() <= 1


def test_pad_keeps_everything_and_crop_the_middle() -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 20:60] = 255
    assert fit_source(pixels, (40, 40), Fit.PAD)[0].max() == 0
    assert fit_source(pixels, (40, 40), Fit.CROP).min() > 200


def test_transparency_is_kept_beside_the_flattened_pixels() -> None:
    pixels = np.zeros((20, 30, 4), np.uint8)
    pixels[5:15, 5:25] = (200, 30, 30, 255)
    pixels[5, 5, 3] = 100
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    found = decode_source(data.getvalue(), "cut.png")
    assert found.alpha is not None
    assert np.array_equal(found.alpha, pixels[..., 3])
    assert (found.pixels[0, 0] == 255).all()


def test_an_opaque_picture_has_no_alpha() -> None:
    for mode in ("RGB", "RGBA", "L"):
        data = io.BytesIO()
        Image.new(mode, (20, 30), "white").save(data, "PNG")
        assert decode_source(data.getvalue(), "plain.png").alpha is None

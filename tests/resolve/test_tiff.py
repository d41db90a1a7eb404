"""TIFF files: 8 bits as they are, 16 reduced and said, everything else refused by name."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from packshot.errors import SourceError
from packshot.resolve import open_source
from packshot.resolve.source import FROM_16_BITS, TO_SRGB, WITH_TIFF

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 24, 3), dtype=np.uint8)


def tiff_of_16_bits(path: Path, photometric: int = 2, *, kind: int = 1) -> Path:
    """PIXELS with 16 bits a channel (photometric 2: RGB; 1, 0: grey, of its first channel), written by hand."""
    rgb = photometric == 2
    values = (PIXELS if rgb else PIXELS[..., :1]).astype("<u2") * 257
    channels = values.shape[2]
    entries = [
        (256, 3, 1, values.shape[1]), (257, 3, 1, values.shape[0]), (258, 3, channels, 16), (259, 3, 1, 1),
        (262, 3, 1, photometric), (273, 4, 1, 0), (277, 3, 1, channels), (278, 3, 1, values.shape[0]),
        (279, 4, 1, values.nbytes), (339, 3, channels, kind),
    ]  # fmt: skip
    after = 8 + 2 + 12 * len(entries) + 4
    extra, directory = b"", b""
    for tag, form, count, value in entries:
        if count == 3:
            where, extra = after + len(extra), extra + struct.pack("<HHH", *[value] * 3)
            directory += struct.pack("<HHII", tag, form, count, where)
        else:
            directory += struct.pack("<HHII", tag, form, count, -1 % 2**32 if tag == 273 else value)
    pixels_at = after + len(extra)
    directory = directory.replace(b"\xff\xff\xff\xff", struct.pack("<I", pixels_at))
    header = b"II*\0" + struct.pack("<IH", 8, len(entries))
    path.write_bytes(header + directory + b"\0\0\0\0" + extra + values.tobytes())
    return path


def test_8_bits(tmp_path: Path) -> None:
    for compression in (None, "tiff_lzw", "tiff_adobe_deflate"):
        Image.fromarray(PIXELS).save(tmp_path / "x.tif", compression=compression)
        found = open_source(tmp_path / "x.tif", WITH_TIFF)
        assert (found.pixels == PIXELS).all()
        assert found.notes == ()


def test_transparency_and_profile(tmp_path: Path) -> None:
    alpha = np.full((20, 24, 1), 7, np.uint8)
    Image.fromarray(np.concatenate([PIXELS, alpha], axis=2)).save(tmp_path / "x.tif")
    found = open_source(tmp_path / "x.tif", WITH_TIFF)
    assert found.alpha is not None
    assert (found.alpha == 7).all()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(PIXELS).save(tmp_path / "y.tif", icc_profile=profile)
    assert TO_SRGB in open_source(tmp_path / "y.tif", WITH_TIFF).notes


def test_16_bits_are_reduced_and_said(tmp_path: Path) -> None:
    colour = open_source(tiff_of_16_bits(tmp_path / "x.tif"), WITH_TIFF)
    assert (colour.pixels == PIXELS).all()
    grey = open_source(tiff_of_16_bits(tmp_path / "y.tif", 1), WITH_TIFF)
    assert (grey.pixels == PIXELS[..., :1]).all()
    assert colour.notes == grey.notes == (FROM_16_BITS,)


def refused(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        open_source(path, WITH_TIFF)
    assert caught.value.code == "source.format"
    return caught.value


def test_what_is_not_read_is_refused_by_name(tmp_path: Path) -> None:
    picture = Image.fromarray(PIXELS)
    picture.save(tmp_path / "pages.tif", save_all=True, append_images=[picture])
    assert "several pages" in refused(tmp_path / "pages.tif").message
    Image.fromarray(PIXELS[..., 0].astype(np.float32)).save(tmp_path / "float.tif")
    assert "numbers that are not read" in refused(tmp_path / "float.tif").message
    assert "numbers that are not read" in refused(tiff_of_16_bits(tmp_path / "signed.tif", 1, kind=2)).message
    assert "0 is white" in refused(tiff_of_16_bits(tmp_path / "white.tif", 0)).message


def test_it_is_no_source_of_a_picture(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "x.tif")
    with pytest.raises(SourceError) as caught:
        open_source(tmp_path / "x.tif")
    assert caught.value.code == "source.format"

"""Opens a person's picture safely and turns it into plain pixels: upright, sRGB, without transparency."""

from __future__ import annotations

import codecs
import io
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from packshot.errors import SourceError
from packshot.metadata import SourceLabels, SourceType, carries_record, read_labels
from packshot.resolve.tiff import check_tiff
from packshot.result import Pixels, picture_digest

TO_SRGB: Final = "colours converted to sRGB by its profile"
FROM_CMYK: Final = "CMYK converted to RGB without a colour profile: colours are near, not exact"
FROM_16_BITS: Final = "16 bits a channel reduced to 8"
FLATTENED: Final = "transparency flattened on white"
FORMATS: Final = ("PNG", "JPEG", "WEBP")
"""Pillow opens MPO as JPEG: what phones write with a depth map or a second view behind the picture."""
WITH_TIFF: Final = (*FORMATS, "TIFF")
"""What may be checked: studios deliver it, and some places to sell take it. Nothing is made from one."""
BYTES_MAX: Final = 20_000_000
PIXELS_MAX: Final = 25_000_000
SIDE_MIN_PX: Final = 16
SIDE_MAX_PX: Final = 8192
TEXT_SEEN: Final = 4096
"""Bytes by which a file is called text."""


@dataclass(frozen=True, slots=True, eq=False)
class SourcePicture:
    """Pixels (H, W, 3), their digest, what was changed on the way, and what to call it. Equal to itself only.

    `alpha` (H, W) uint8 is the file's own transparency, before it was flattened; None where it is opaque. `labels` are
    what the file says of AI's part in it, None where it was not looked at (a picture of which only the pixels are at
    hand). `original` is the file itself where it has a C2PA manifest: that is worth nothing without its file.
    """

    name: str
    pixels: Pixels
    digest: str
    notes: tuple[str, ...]
    alpha: NDArray[np.uint8] | None = None
    labels: SourceLabels | None = None
    original: bytes | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def open_source(path: Path, formats: tuple[str, ...] = FORMATS) -> SourcePicture:
    """Read a PNG, JPEG or WebP (or what `formats` names) within the limits (20 MB, 25 MP, sides 16–8192 px, one frame).

    Sizes are checked before anything is decoded. A few are remembered, by path, size and time of change: the arms of
    an experiment share their source. Raises SourceError.
    """
    try:
        status = path.stat()
        size = status.st_size
        if not path.is_file():
            raise SourceError("source.missing", f"{path} is not a file", expected="a picture file", got=str(path))
        _check_bytes(size, path.name)
        return _opened(path.absolute(), size, status.st_mtime_ns, path.name, formats)
    except FileNotFoundError as error:
        raise SourceError(
            "source.missing", f"no picture at {path}", expected="a PNG, JPEG or WebP file", got="no such file"
        ) from error
    except OSError as error:
        raise SourceError("source.missing", f"{path} cannot be read: {error.strerror}", got=str(path)) from error


@lru_cache(maxsize=4)
def _opened(path: Path, _size: int, _changed_ns: int, name: str, formats: tuple[str, ...]) -> SourcePicture:
    return decode_source(path.read_bytes(), name.encode("utf-8", "backslashreplace").decode("utf-8"), formats)


def decode_source(data: bytes, name: str, formats: tuple[str, ...] = FORMATS) -> SourcePicture:
    """The same for bytes that are already in memory."""
    _check_bytes(len(data), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                _check_header(picture, name)
                picture.load()
                return _with_labels(_plain(picture, name), data)
        except SourceError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large(name, str(error)) from error
        except UnidentifiedImageError as error:
            raise _no_picture(name, data, formats) from error
        except Exception as error:  # decoders of outside bytes raise whatever comes
            raise SourceError(
                "source.corrupt", f"{name} cannot be decoded: {error}", hint="open and save it again in an image editor"
            ) from error


def _with_labels(picture: SourcePicture, data: bytes) -> SourcePicture:
    """With what the file says of itself. A picture of ours was made by a model, also where no label says so."""
    labels = read_labels(data)
    if carries_record(data):
        labels = labels.joined(SourceLabels(SourceType.TRAINED))
    return replace(picture, labels=labels, original=data if labels.c2pa else None)


def _no_picture(name: str, data: bytes, formats: tuple[str, ...]) -> SourceError:
    """What the file is instead: only of a picture of another kind it helps to save it as PNG."""
    code, expected = "source.format", "PNG, JPEG, WebP or TIFF" if "TIFF" in formats else "PNG, JPEG or WebP"
    if not data:
        return SourceError(code, f"{name}: the file is empty", expected=expected, hint="copy or save the picture again")
    if _is_text(data):
        return SourceError(code, f"{name}: this is not a picture (the file holds text)", expected=expected)
    return SourceError(
        code, f"{name} is not a picture that is read", expected=expected, got="another kind of file",
        hint="save it as PNG or JPEG",
    )  # fmt: skip


def _is_text(data: bytes) -> bool:
    """UTF-8 without control characters, as far as it is looked at; its last letter may be cut."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:TEXT_SEEN])
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() or letter == "\ufeff" for letter in text)


def _check_bytes(size: int, name: str) -> None:
    if size > BYTES_MAX:
        raise SourceError(
            "source.too_large",
            f"{name} is too large",
            expected=f"at most {BYTES_MAX / 1e6:.0f} MB",
            got=f"{size / 1e6:.1f} MB",
            hint="save it smaller, or as JPEG",
        )


def _check_header(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX_PX:
        raise _too_large(name, f"{width}×{height} px")
    if min(width, height) < SIDE_MIN_PX:
        raise SourceError(
            "source.too_small",
            f"{name} is too small",
            expected=f"sides of {SIDE_MIN_PX} px or more",
            got=f"{width}×{height} px",
        )
    if picture.format == "TIFF":
        check_tiff(picture, name)
    elif getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise SourceError(
            "source.format",
            f"{name} is animated",
            expected="one frame",
            got=f"{getattr(picture, 'n_frames', 1)} frames",
        )


def _too_large(name: str, got: str) -> SourceError:
    return SourceError(
        "source.too_large",
        f"{name} is too large",
        expected=f"at most {PIXELS_MAX / 1e6:.0f} megapixels and {SIDE_MAX_PX} px a side",
        got=got,
        hint="save it smaller",
    )


def _plain(picture: Image.Image, name: str) -> SourcePicture:
    notes: list[str] = []
    alpha: NDArray[np.uint8] | None = None
    if picture.format == "TIFF" and picture.mode != "I;16" and check_tiff(picture, name):
        notes.append(FROM_16_BITS)
    elif picture.format != "TIFF" and getattr(picture, "n_frames", 1) > 1:
        notes.append("the first of several embedded pictures was taken")
    upright = _upright(picture, notes)
    profile = picture.info.get("icc_profile")
    if upright.mode.startswith("I;16") or upright.mode == "I":
        upright = Image.fromarray((np.asarray(upright).astype(np.uint32) >> 8).astype(np.uint8))
        notes.append(FROM_16_BITS)
    if upright.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        transparency = np.array(upright.getchannel("A"))
        if transparency.min() < 255:
            alpha = transparency
            alpha.setflags(write=False)
            white = Image.new("RGBA", upright.size, (255, 255, 255, 255))
            upright = Image.alpha_composite(white, upright)
            notes.append(FLATTENED)
        upright = upright.convert("RGB")
    if profile:
        converted = _to_srgb(upright, profile)
        if converted is None:
            notes.append("its colour profile could not be read and was ignored")
        else:
            upright = converted
            notes.append(TO_SRGB)
    if upright.mode == "CMYK":
        notes.append(FROM_CMYK)
    pixels = np.array(upright.convert("RGB"), dtype=np.uint8)
    return SourcePicture(name, pixels, picture_digest(pixels), tuple(notes), alpha)


def _upright(picture: Image.Image, notes: list[str]) -> Image.Image:
    """Turned by EXIF orientation 2 to 8; broken EXIF costs the turn, not the picture."""
    try:
        orientation = picture.getexif().get(0x0112, 1)
        if orientation not in range(2, 9):
            return picture
        turned = ImageOps.exif_transpose(picture)
    except Exception:  # EXIF is outside bytes too
        notes.append("its EXIF data could not be read and was ignored")
        return picture
    notes.append("turned upright by its EXIF orientation")
    return turned


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode not in {"RGB", "CMYK", "L"}:
            picture = picture.convert("RGB")
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None

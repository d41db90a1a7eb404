"""Reads the prompts out of AUTOMATIC1111's text, where another tool wrote it. Nothing else of it is believed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image

_NEGATIVE: Final = "Negative prompt:"
_SETTINGS: Final = re.compile(r"^Steps: \d", re.MULTILINE)
_TEXT_MAX: Final = 20_000


def read_a1111_prompts(path: Path) -> tuple[str, str] | None:
    """(prompt, negative prompt) of a picture file, or None where it carries no such text.

    PNG: the chunk `parameters`. JPEG and WebP: EXIF's UserComment. For files that `packshot.resolve.open_source`
    accepted; what they say is outside text and may be anything.
    """
    with Image.open(path) as picture:
        text = a1111_in(picture)
    return None if text is None else split_a1111(text)


def a1111_in(picture: Image.Image) -> str | None:
    """The text itself of an opened picture, cut at 20,000 characters."""
    text = picture.info.get("parameters") or _user_comment(picture)
    return text[:_TEXT_MAX] if isinstance(text, str) else None


def split_a1111(text: str) -> tuple[str, str] | None:
    """The same of the text itself: the prompt, `Negative prompt: …`, and a line that starts with `Steps: `."""
    settings = _SETTINGS.search(text)
    if settings is None:
        return None
    prompt, _, negative = text[: settings.start()].partition(_NEGATIVE)
    return prompt.strip(), negative.strip()


def _user_comment(picture: Image.Image) -> str | None:
    try:
        comment = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    except Exception:  # EXIF is outside bytes, and Pillow raises what comes
        return None
    if not isinstance(comment, bytes) or not comment.startswith(b"UNICODE\0"):
        return None
    return comment[8:].decode("utf-16-be", "replace")

"""The prompts in other tools' text: read where they are, and never an error where they are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from packshot.metadata import read_a1111_prompts
from packshot.metadata.a1111_reading import split_a1111

SETTINGS = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        (f"a mug\nNegative prompt: text\n{SETTINGS}", ("a mug", "text")),
        (f"a mug\n{SETTINGS}", ("a mug", "")),
        (f"a mug,\non white\nNegative prompt: text,\nlogo\n{SETTINGS}", ("a mug,\non white", "text,\nlogo")),
        (f"{SETTINGS}", ("", "")),
        ("a mug", None),
        ("", None),
        ("Steps: many", None),
    ],
)
def test_the_text_is_split(text: str, prompts: tuple[str, str] | None) -> None:
    assert split_a1111(text) == prompts


@given(st.text())
def test_any_text_is_split_or_refused(text: str) -> None:
    found = split_a1111(f"{text}\n{SETTINGS}")
    assert found is not None
    assert split_a1111(text) is None or "Steps: " in text


@pytest.mark.parametrize("comment", [b"", b"ASCII\0\0\0a mug", b"UNICODE\0\0", b"UNICODE\0\xd8\x00\xd8\x00", 7])
def test_a_comment_that_is_none_is_no_error(tmp_path: Path, comment: bytes | int) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    assert read_a1111_prompts(tmp_path / "a.jpg") is None


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("parameters", "a" * 30_000 + f"\n{SETTINGS}")
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "a.png", pnginfo=chunks)
    assert read_a1111_prompts(tmp_path / "a.png") is None
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "b.png")
    assert read_a1111_prompts(tmp_path / "b.png") is None

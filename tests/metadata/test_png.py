"""Writing pictures with their record: whole or not at all, never over another picture."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.errors import OutputError, StoreError
from packshot.metadata import encode_png, peek_record, read_record, with_record, write_png
from packshot.metadata.record import PictureRecord
from tests.metadata.samples import sample_pixels, sample_record


def test_the_record_and_the_pixels_come_back(tmp_path: Path) -> None:
    path, pixels = tmp_path / "new folder" / "shoes.png", sample_pixels()
    write_png(path, pixels, sample_record())
    record, found = read_record(path)
    assert np.array_equal(found, pixels)
    assert record.resolved == sample_record().resolved
    assert record.spec_hash == record.resolved.hash
    assert record.provenance.scheduler_config == {"lambda_min_clipped": None}  # JSON knows no infinity


@settings(max_examples=100, deadline=None)
@given(
    prompt=st.text(max_size=300),
    guidance=st.floats(0, 50),
    seed=st.integers(0, 2**63 - 1),
    strength=st.none() | st.floats(0, 1),
)
def test_the_exact_spec_comes_back(prompt: str, guidance: float, seed: int, strength: float | None) -> None:
    record = sample_record(prompt=prompt, guidance=guidance, seed=seed, strength=strength)
    assert PictureRecord.from_text(record.to_text(), name="x").resolved == record.resolved


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", sample_pixels(), sample_record())
    write_png(tmp_path / "b.png", sample_pixels(), sample_record())
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_record_goes_into_a_plain_file(tmp_path: Path) -> None:
    """What other programs read in such a file is what they read in one that was encoded with the record."""
    plain, record, path = encode_png(sample_pixels()), sample_record(), tmp_path / "x.png"
    whole = with_record(plain, record)
    assert whole == encode_png(sample_pixels(), record)
    assert whole is not None
    path.write_bytes(whole)
    assert peek_record(path).resolved == record.resolved


@pytest.mark.parametrize("content", [b"", b"notes", encode_png(sample_pixels())[:-20]])
def test_no_record_goes_into_a_file_that_is_broken(content: bytes) -> None:
    assert with_record(content, sample_record()) is None


def test_no_record_goes_into_a_file_that_has_one_or_was_damaged() -> None:
    assert with_record(encode_png(sample_pixels(), sample_record()), sample_record()) is None
    damaged = bytearray(encode_png(sample_pixels()))
    damaged[60] ^= 1
    assert with_record(bytes(damaged), sample_record()) is None


def test_a_file_with_other_pixels_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    write_png(path, sample_pixels(1), None)
    before = path.read_bytes()
    with pytest.raises(OutputError) as caught:
        write_png(path, sample_pixels(2), sample_record())
    assert caught.value.code == "output.exists"
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"a person's notes", encode_png(sample_pixels())[:-20]])
def test_a_file_that_is_no_whole_picture_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(OutputError) as caught:
        write_png(path, sample_pixels(), None)
    assert caught.value.code == "output.exists"
    assert path.read_bytes() == content


def test_equal_pixels_take_the_new_record_and_a_bare_write_keeps_it(tmp_path: Path) -> None:
    path, pixels = tmp_path / "x.png", sample_pixels()
    write_png(path, pixels, sample_record(seed=1))
    write_png(path, pixels, sample_record(seed=2))
    write_png(path, pixels, None)
    assert read_record(path)[0].resolved.intent.seed == 2


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    write_png(path, sample_pixels(), sample_record())
    os.utime(path, (1, 1))
    write_png(path, sample_pixels(), sample_record())
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("blocker", ["file for a folder", "folder for a file"])
def test_an_unwritable_place_is_named(tmp_path: Path, blocker: str) -> None:
    path = tmp_path / "place" / "x.png"
    if blocker == "file for a folder":
        path.parent.write_bytes(b"")
    else:
        path.mkdir(parents=True)
    with pytest.raises(OutputError) as caught:
        write_png(path, sample_pixels(), None)
    assert caught.value.code == "output.unwritable"
    assert caught.value.exit_code == 2
    assert str(path) in caught.value.message


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as caught:
        write_png(tmp_path / "x.png", sample_pixels(), sample_record())
    assert caught.value.code == "store.full"
    assert list(tmp_path.iterdir()) == []


def test_a_stop_in_the_middle_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_png(tmp_path / "x.png", sample_pixels(), sample_record())
    assert list(tmp_path.iterdir()) == []


def test_where_links_are_not_known_a_rename_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    write_png(tmp_path / "x.png", sample_pixels(), sample_record())
    assert [p.name for p in tmp_path.iterdir()] == ["x.png"]
    assert read_record(tmp_path / "x.png")[0].run_id == sample_record().run_id

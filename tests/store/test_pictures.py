"""Picture files: whole or not there, whatever happens."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from packshot.errors import StoreError
from packshot.result import picture_digest
from packshot.store import FilePictureStore, SqlStore
from tests.store.conftest import Opener
from tests.store.examples import Clock, picture, resolved_spec, result_of


@pytest.fixture
def pictures(tmp_path: Path) -> FilePictureStore:
    return FilePictureStore(tmp_path / "pictures")


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_pixels_come_back_as_they_went(
    tmp_path_factory: pytest.TempPathFactory, height: int, width: int, seed: int
) -> None:
    pictures = FilePictureStore(tmp_path_factory.mktemp("p") / "pictures")
    pixels = picture(seed, height, width)
    digest = pictures.put(pixels)
    assert digest == picture_digest(pixels)
    assert np.array_equal(pictures.get(digest), pixels)
    assert list(pictures.digests()) == [digest]


def test_the_file_is_a_plain_png_at_its_place(pictures: FilePictureStore) -> None:
    digest = pictures.put(picture(1)[:, ::-1])
    path = pictures.folder / digest[:2] / f"{digest}.png"
    assert pictures.path(digest) == path
    with Image.open(path) as image:
        assert image.info == {}
    assert [p.name for p in pictures.folder.rglob("*") if p.is_file()] == [path.name]


def test_the_same_picture_is_not_written_again_and_a_damaged_one_is(pictures: FilePictureStore) -> None:
    digest = pictures.put(picture(1))
    path = pictures.path(digest)
    before = path.stat().st_ino
    pictures.put(picture(1))
    assert path.stat().st_ino == before
    path.write_bytes(path.read_bytes()[:60])
    assert pictures.has(digest)
    assert not pictures.is_intact(digest)
    with pytest.raises(StoreError, match="cannot be read"):
        pictures.get(digest)
    pictures.put(picture(1))
    assert pictures.is_intact(digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_digests_name_files(pictures: FilePictureStore, digest: str) -> None:
    assert not pictures.has(digest)
    with pytest.raises(StoreError):
        pictures.get(digest)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (4, 4, 1)])
def test_only_colour_pictures_are_kept(pictures: FilePictureStore, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected pixels"):
        pictures.put(np.zeros(shape, np.uint8))


@pytest.mark.files_only
@pytest.mark.parametrize("where", ["fsync", "replace", "open"])
def test_a_full_disk_leaves_nothing_half_written(store: SqlStore, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    run = store.begin(resolved_spec(1)).run
    pixels = picture(1)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "open") if where == "open" else (os, where)), full)
        with pytest.raises(StoreError) as error:
            store.finish(run.id, pixels, result_of(pixels))
    assert error.value.code == "store.full"
    assert [path for path in store.pictures.folder.rglob("*") if path.is_file()] == []
    assert store.verify().clean
    store.finish(run.id, pixels, result_of(pixels))
    assert store.pictures.is_intact(picture_digest(pixels))


@pytest.mark.files_only
def test_leftovers_of_the_killed_go_after_an_hour(opener: Opener, clock: Clock) -> None:
    store = opener()
    leftovers = [store.pictures.folder / f".{name}.tmp" for name in ("old", "young")]
    for path, age in zip(leftovers, (timedelta(minutes=61), timedelta(minutes=59)), strict=True):
        path.write_bytes(b"half a pict")
        moment = (clock.moment - age).timestamp()
        os.utime(path, (moment, moment))
    assert store.verify().findings == ()
    opener("next")
    assert [path.exists() for path in leftovers] == [False, True]

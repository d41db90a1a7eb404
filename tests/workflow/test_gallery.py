"""The gallery over real runs of the fake engine: pages, points that follow evidence and replays, thumbnails."""

from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.errors import RecordError, StoreError
from packshot.result import Pixels, RunQuery
from packshot.spec import Spec
from packshot.store import FilePictureStore
from packshot.workflow import (
    Workbench,
    gallery_page,
    make_picture,
    proposal_of,
    replay,
    score_waiting,
    thumbnail,
)
from packshot.workflow.evaluate_runs import evaluate_run


def made(bench: Workbench, count: int) -> list[str]:
    return [make_picture(bench, Spec(prompt=f"a red mug {number}", steps=2)).run.id for number in range(count)]


def shown(bench: Workbench, run_id: str) -> tuple[int | None, int | None]:
    found = next(found for found in bench.store.search(RunQuery(), limit=99) if found.run_id == run_id)
    return found.points, found.criteria


def forget_points(bench: Workbench, *run_ids: str) -> None:
    """As a workspace from before there were points has it."""
    for run_id in run_ids:
        bench.store.set_evidence(run_id, bench.store.evidence(run_id))
        assert shown(bench, run_id) == (None, None)


def test_pages_from_one_and_the_nearest_that_is_there(bench: Workbench) -> None:
    assert gallery_page(bench, RunQuery(), 1, 2).found == ()
    assert gallery_page(bench, RunQuery(), 7, 2).pages == 1
    runs = made(bench, 5)[::-1]
    pages = [gallery_page(bench, RunQuery(), page, 2) for page in (1, 2, 3)]
    assert [[found.run_id for found in page.found] for page in pages] == [runs[:2], runs[2:4], runs[4:]]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}
    assert gallery_page(bench, RunQuery(), 10**30, 2) == pages[2]
    assert gallery_page(bench, RunQuery(), -4, 2) == pages[0]
    assert len(gallery_page(bench, RunQuery(), 1, 10**30).found) == 5
    assert gallery_page(bench, RunQuery(), 1, 0).pages == 5
    assert gallery_page(bench, RunQuery(text="MUG 3"), 1, 2).total == 1
    with pytest.raises(RecordError):
        gallery_page(bench, RunQuery(text="x" * 5000), 1, 2)


def test_points_are_those_of_the_proposal_and_follow_replays(bench: Workbench) -> None:
    (run_id,) = made(bench, 1)
    before = proposal_of(bench, run_id)
    assert shown(bench, run_id) == (before.points, before.evaluated)
    assert replay(bench, run_id).verdict is not None
    after = proposal_of(bench, run_id)
    assert (after.points, after.evaluated) == (before.points + 2, before.evaluated + 1)
    assert shown(bench, run_id) == (after.points, after.evaluated)
    evaluate_run(bench, bench.store.run(run_id))
    assert shown(bench, run_id) == (after.points, after.evaluated)


def test_a_replay_of_a_file_from_elsewhere_scores_nothing_here(bench: Workbench, tmp_path: Path) -> None:
    from dataclasses import replace

    from packshot.store import open_store
    from packshot.workflow import export_picture

    (run_id,) = made(bench, 1)
    path = export_picture(bench, bench.store.run(run_id), tmp_path / "mug.png")
    elsewhere = open_store(tmp_path / "other", now=bench.now, random_bytes=os.urandom, owner="x")
    with elsewhere:
        assert replay(replace(bench, store=elsewhere), str(path)).verdict is not None


def test_earlier_runs_get_their_points_a_portion_at_a_time(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = made(bench, 5)
    before = {run_id: shown(bench, run_id) for run_id in runs}
    forget_points(bench, *runs)
    monkeypatch.setattr("packshot.workflow.gallery.SCORED_AT_ONCE", 2)
    page = gallery_page(bench, RunQuery(), 1, 9)
    assert [found.points is not None for found in page.found] == [True, True, False, False, False]
    assert score_waiting(bench, 99) == 3
    assert score_waiting(bench, 99) == 0
    assert {run_id: shown(bench, run_id) for run_id in runs} == before


def test_a_gallery_is_shown_where_nothing_can_be_written(bench: Workbench) -> None:
    runs = made(bench, 2)
    forget_points(bench, *runs)
    with bench.store._database.read() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA query_only = 1")  # the pool hands the same connection out again
    assert [found.points for found in gallery_page(bench, RunQuery(), 1, 9).found] == [None, None]


def picture(seed: int, height: int, width: int) -> Pixels:
    ramp = np.linspace(0, 200, width)[None, :, None] + np.zeros((height, 1, 3))
    return (ramp + seed % 50).astype(np.uint8)


@pytest.fixture
def pictures(tmp_path: Path) -> FilePictureStore:
    return FilePictureStore(tmp_path / "pictures")


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 800), (160, 320)), ((800, 400), (320, 160)), ((64, 48), (64, 48)), ((2000, 3), (320, 1))],
)
def test_a_thumbnail_keeps_the_picture_and_its_shape(
    pictures: FilePictureStore, tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    pixels = picture(1, *size)
    digest = pictures.put(pixels)
    path = thumbnail(pictures, tmp_path / "cache", digest)
    assert path == tmp_path / "cache" / "thumbnails" / digest[:2] / f"{digest}.webp"
    with Image.open(path) as image:
        assert image.format == "WEBP"
        small = np.asarray(image.convert("RGB"))
    assert small.shape == (*expected, 3)
    assert abs(small.mean() - pixels.mean()) < 4
    other = thumbnail(pictures, tmp_path / "cache", digest, 16)
    with Image.open(other) as image:
        assert max(image.size) == 16


def test_it_is_made_once_and_again_where_it_was_cut(pictures: FilePictureStore, tmp_path: Path) -> None:
    digest = pictures.put(picture(1, 100, 100))
    path = thumbnail(pictures, tmp_path, digest)
    whole, first = path.read_bytes(), path.stat().st_mtime_ns
    pictures.path(digest).unlink()  # what is there needs no picture
    assert thumbnail(pictures, tmp_path, digest).stat().st_mtime_ns == first
    pictures.put(picture(1, 100, 100))
    for damaged in (b"", whole[:-1], whole + b"x", b"\0" * len(whole)):
        path.write_bytes(damaged)
        assert thumbnail(pictures, tmp_path, digest).read_bytes() == whole


def test_a_picture_that_is_missing_damaged_or_no_digest(pictures: FilePictureStore, tmp_path: Path) -> None:
    digest = pictures.put(picture(1, 100, 100))
    pictures.path(digest).write_bytes(pictures.path(digest).read_bytes()[:60])
    for asked in (digest, "0" * 64, "../../etc/passwd", digest.upper(), ""):
        with pytest.raises(StoreError) as error:
            thumbnail(pictures, tmp_path / "cache", asked)
        assert error.value.code == "store.failed"
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "store.full"), (errno.EACCES, "store.failed")])
def test_a_cache_that_cannot_be_written(
    pictures: FilePictureStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    digest = pictures.put(picture(1, 100, 100))

    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError) as error:
            thumbnail(pictures, tmp_path / "cache", digest)
    assert error.value.code == code
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert thumbnail(pictures, tmp_path / "cache", digest).is_file()


def test_many_threads_make_the_same_thumbnails(pictures: FilePictureStore, tmp_path: Path) -> None:
    digests = [pictures.put(picture(seed, 200, 200)) for seed in range(6)]
    together = threading.Barrier(8)

    def all_of_them(_thread: int) -> list[bytes]:
        together.wait()
        return [thumbnail(pictures, tmp_path / "cache", digest).read_bytes() for digest in digests]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(all_of_them, range(8)))
    assert all(each == found[0] for each in found)
    assert len([path for path in (tmp_path / "cache").rglob("*") if path.is_file()]) == len(digests)

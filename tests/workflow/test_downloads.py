"""An experiment's numbers and pictures as bytes."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
import zipfile

import pytest

from packshot.errors import RecordError
from packshot.spec import Spec
from packshot.workflow import (
    Workbench,
    build_plan,
    effects_file,
    pictures_zip,
    ratings_file,
    run_experiment,
)
from packshot.workflow.zipping import zipped


def test_numbers_and_pictures_can_be_taken_away(bench: Workbench) -> None:
    run_experiment(bench, build_plan("steps", Spec(prompt="a red mug", steps=3), "steps", (4,), 2))
    rows = list(csv.DictReader(io.StringIO(effects_file(bench, "steps").decode())))
    assert {row["arm"] for row in rows} == {"steps_4"}
    assert ratings_file(bench, "steps").decode("utf-8-sig").startswith("experiment,")
    with zipfile.ZipFile(io.BytesIO(b"".join(pictures_zip(bench, "steps")))) as archive:
        assert len(archive.namelist()) == 4
        assert all(archive.read(name).startswith(b"\x89PNG") for name in archive.namelist())


@pytest.mark.parametrize("made", [effects_file, ratings_file, pictures_zip])
def test_an_unknown_experiment_is_refused(bench: Workbench, made: object) -> None:
    with pytest.raises(RecordError):
        made(bench, "nothing")  # type: ignore[operator]


def test_ten_thousand_pictures_take_the_memory_of_a_few() -> None:
    size, number = 200_000, 10_000
    content = os.urandom(size)
    files = ((f"cell_{n}.png", bytes(bytearray(content))) for n in range(number))
    sent = 0
    tracemalloc.start()
    for part in zipped(files):
        sent += len(part)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > number * size
    assert peak < 20_000_000, "2 GB were sent; what stays is the list of names at the end of the file"


def test_a_zip_that_was_sent_in_parts_is_whole() -> None:
    files = {"a.png": b"1" * 1000, "b.png": b""}
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(files.items())))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped([])))) as archive:
        assert archive.namelist() == []

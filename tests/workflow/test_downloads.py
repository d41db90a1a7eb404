"""An experiment's numbers and pictures as bytes."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from packshot.errors import RecordError
from packshot.spec import Spec
from packshot.workflow import (
    Workbench,
    build_plan,
    effects_file,
    pictures_file,
    ratings_file,
    run_experiment,
)


def test_numbers_and_pictures_can_be_taken_away(bench: Workbench) -> None:
    run_experiment(bench, build_plan("steps", Spec(prompt="a red mug", steps=3), "steps", (4,), 2))
    rows = list(csv.DictReader(io.StringIO(effects_file(bench, "steps").decode())))
    assert {row["arm"] for row in rows} == {"steps_4"}
    assert ratings_file(bench, "steps").decode("utf-8-sig").startswith("experiment,")
    with zipfile.ZipFile(io.BytesIO(pictures_file(bench, "steps"))) as archive:
        assert len(archive.namelist()) == 4
        assert all(archive.read(name).startswith(b"\x89PNG") for name in archive.namelist())


@pytest.mark.parametrize("made", [effects_file, ratings_file, pictures_file])
def test_an_unknown_experiment_is_refused(bench: Workbench, made: object) -> None:
    with pytest.raises(RecordError):
        made(bench, "nothing")  # type: ignore[operator]

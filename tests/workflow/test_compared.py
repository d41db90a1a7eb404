"""What is compared: a run's picture or its source as the model took it, and the evidence that reads differently."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.errors import RecordError
from packshot.resolve import fit_source
from packshot.result import Evidence, Run
from packshot.spec import Fit, Spec
from packshot.workflow import Workbench, compared, differing_evidence, make_picture, pixels_of

SPEC = Spec(prompt="a red mug", steps=3, seed=1)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (96, 64, 3), np.uint8)).save(path)
    return path


def made(bench: Workbench, **changes: object) -> Run:
    return make_picture(bench, SPEC.model_copy(update=changes)).run


def test_a_picture_is_found_by_the_start_of_its_id(bench: Workbench) -> None:
    run = made(bench)
    found = compared(bench, run.id[:20])
    assert found.reference == run.id
    assert run.result is not None
    assert found.pixels_key == run.result.picture_digest
    assert pixels_of(bench, found).shape == (64, 64, 3)


def test_a_source_is_seen_as_the_model_took_it(bench: Workbench, photo: Path) -> None:
    run = made(bench, source=str(photo), strength=0.6)
    found = compared(bench, f"{run.id}.source")
    assert found.reference == f"{run.id}.source"
    assert found.size == (64, 64)
    assert np.array_equal(pixels_of(bench, found), fit_source(np.asarray(Image.open(photo)), (64, 64), Fit.PAD))


def test_sources_that_were_fitted_alike_are_one(bench: Workbench, photo: Path) -> None:
    runs = [made(bench, source=str(photo), strength=0.6, seed=seed) for seed in (1, 2)]
    keys = {compared(bench, f"{run.id}.source").pixels_key for run in runs}
    assert len(keys) == 1
    assert keys.isdisjoint(compared(bench, run.id).pixels_key for run in runs)


def test_what_reads_the_same_at_the_same_digits_is_not_told(bench: Workbench) -> None:
    runs = [made(bench), made(bench, seed=2)]
    for run, lightness, white in zip(runs, (100.0, 99.96), (0.039, 0.0), strict=True):
        entries = [("background_lightness", lightness, "L*"), ("background_pure_white", white, "%")]
        found = [Evidence(name=name, value=value, unit=unit, sentence="x") for name, value, unit in entries]
        bench.store.set_evidence(run.id, found)
    rows = {row.name: row.readings for row in differing_evidence(bench, runs)}
    assert rows == {"background_pure_white": ("0.04 %", "0.00 %")}


def test_what_cannot_be_compared_is_refused(bench: Workbench) -> None:
    with pytest.raises(RecordError, match="no source picture") as refused:
        compared(bench, f"{made(bench).id}.source")
    assert refused.value.code == "record.comparison"
    with pytest.raises(RecordError) as unknown:
        compared(bench, "01UNKNOWN")
    assert unknown.value.code == "record.not_found"


def test_evidence_that_reads_alike_is_left_out(bench: Workbench) -> None:
    runs = [made(bench), made(bench, seed=2)]
    for run, value in zip(runs, (0.12341, 0.12342), strict=True):
        entries = [Evidence(name="sharpness", value=value, unit=None, sentence="s")]
        bench.store.set_evidence(run.id, entries)
    assert differing_evidence(bench, runs) == ()
    bench.store.set_evidence(runs[1].id, [Evidence(name="noise", value=2.0, unit=None, sentence="s")])
    rows = differing_evidence(bench, runs)
    assert [row.name for row in rows] == ["sharpness", "noise"]
    assert [entry is None for entry in rows[0].entries] == [False, True]

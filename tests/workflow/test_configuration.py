"""A run's configuration as rows: nothing that the record has is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from packshot.result import Failure
from packshot.spec import Spec
from packshot.workflow import LABELS, Workbench, configuration_of, make_picture, summary_of


def values_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for entry in value.values() for text in values_of(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in values_of(entry)]
    return [str(value)] if isinstance(value, str) else []


def test_every_word_of_the_record_stands_in_a_row(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (80, 64, 3), np.uint8)).save(path)
    spec = Spec(prompt="a red mug", negative_prompt="text", steps=5, source=str(path), strength=0.5, runtime="torch")
    run = make_picture(bench, spec).run
    rows = configuration_of(run)
    shown = "\n".join(value for _, value in rows)
    record = run.model_dump(mode="json", by_alias=True, exclude={"state", "created_at", "started_at", "finished_at"})
    missing = [text for text in values_of(record) if text not in shown and text != "packshot.intent/1"]
    assert not missing
    found = dict(rows)
    assert found["steps"] == "2 of 5"
    assert found["guidance"] == "7.5"
    assert found["source"] == "photo.png  (64×80)"
    assert found["runtime asked for"] == "torch"
    assert found["precision asked for"] == "none"
    assert str(tmp_path) not in shown.replace(run.resolved.origin.model, "")


def test_labels_are_those_that_a_face_can_translate(bench: Workbench) -> None:
    run = make_picture(bench, Spec(prompt="a red mug", steps=2)).run
    labels = [label for label, _ in configuration_of(run)]
    assert set(labels) <= set(LABELS)
    order = [LABELS.index(label) for label in dict.fromkeys(labels)]
    assert order == sorted(order), "the order is that of LABELS"
    failed = run.model_copy(update={"result": None, "failure": Failure(code="picture.nan", message="no picture")})
    assert configuration_of(failed)[-1] == ("failure", "picture.nan: no picture")


def test_what_came_out_otherwise_is_said(bench: Workbench) -> None:
    run = make_picture(bench, Spec(prompt="a red mug", steps=2)).run
    assert run.result is not None
    told = run.resolved.execution.model_copy(update={"threads": 7})
    changed = run.model_copy(update={"resolved": run.resolved.model_copy(update={"execution": told})})
    rows = configuration_of(changed)
    assert ("threads", "7") in rows
    assert ("found otherwise", f"threads {run.result.provenance.threads}") in rows


def test_the_summary_is_short(bench: Workbench) -> None:
    run = make_picture(bench, Spec(prompt="a red mug", steps=2)).run
    rows = dict(summary_of(run.resolved))
    assert rows["negative"] == "none"
    assert rows["size"] == "64×64"
    assert "memory" not in rows
    assert rows["spec hash"] == run.spec_hash

"""LoRAs from a plan to the report, and from a record back to their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from packshot.errors import ModelError, PackshotError
from packshot.experiment import read_plan
from packshot.metadata import read_record
from packshot.models import Catalogue, DigestCache
from packshot.result import RunState, Sameness
from packshot.spec import Lora, Spec
from packshot.workflow import Workbench, make_picture, replay, run_experiment
from tests.lora_files import write_lora

PLAN = """
schema: packshot.plan/1
name: brands
title: A brand's LoRA
question: How strong may it be?
baseline: {name: baseline, prompt: a red mug, steps: 2, loras: [{path: brand.safetensors, weight: 0.8}]}
arms:
  - {name: weak, change: {loras: ["brand.safetensors:0.3"]}}
  - {name: none, change: {loras: []}}
  - {name: again, change: {loras: [brand.safetensors:0.8]}}
  - {name: steps, change: {steps: 3}}
"""


@pytest.fixture
def lora(tiny_sd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_lora(tiny_sd, tmp_path / "brand.safetensors")


def test_a_plan_takes_loras_and_its_report_shows_them(bench: Workbench, lora: Path) -> None:
    done = run_experiment(bench, read_plan(PLAN, "brands.yaml"))
    assert not done.failed
    weights = {name: [pin.weight for pin in run.resolved.intent.loras] for name, run in done.runs.items()}
    assert weights == {"baseline": [0.8], "weak": [0.3], "none": [], "again": [0.8], "steps": [0.8]}
    assert done.runs["again"].id == done.runs["baseline"].id
    html, markdown = (path.read_text(encoding="utf-8") for path in (done.report.html, done.report.markdown))
    digest = done.runs["baseline"].resolved.intent.loras[0].digest
    assert f"brand.safetensors × 0.8, {digest}" in html
    for text in (html, markdown):
        assert "other LoRA" in text
        assert "the LoRA" in text
        assert "brand.safetensors" in text
    assert str(lora.parent) not in html + markdown


def test_a_mistake_in_a_plan_is_refused(bench: Workbench, lora: Path) -> None:
    for old, new in (("weight: 0.8", "weight: true"), ("weight: 0.8", "wait: 0.8"), (":0.3", ":thirty")):
        with pytest.raises(PackshotError) as caught:
            read_plan(PLAN.replace(old, new), "brands.yaml")
        assert caught.value.exit_code == 2


def test_a_replay_finds_a_lora_by_its_digest_or_asks_for_it(
    open_bench: Callable[..., Any], lora: Path, tmp_path: Path
) -> None:
    spec = Spec(prompt="a red mug", steps=2, loras=(Lora(path=str(lora), weight=0.5),))
    with open_bench() as bench:
        made = make_picture(bench, spec, out=tmp_path / "mug.png")
        assert made.run.state is RunState.SUCCEEDED
    record, _ = read_record(tmp_path / "mug.png")
    assert record.provenance.weights_digest != record.resolved.intent.model.digest
    moved = tmp_path / "elsewhere" / "renamed.safetensors"
    moved.parent.mkdir()
    lora.rename(moved)
    with open_bench() as bench:
        with pytest.raises(ModelError) as caught:
            replay(bench, "mug.png")
        assert caught.value.code == "model.lora.not_found"
        assert bench.store.count_runs() == 1, "refused before anything was begun"
        again = replay(bench, "mug.png", loras=(moved,))
        assert again.verdict is not None
        assert again.verdict.sameness is Sameness.IDENTICAL
        assert again.run.resolved == record.resolved


def test_the_workspace_remembers_where_a_lora_was(bench: Workbench, lora: Path, tmp_path: Path) -> None:
    """The cache of digests knows the path: no folder is written into the record."""
    far = tmp_path / "far" / "brand.safetensors"
    far.parent.mkdir()
    lora.rename(far)
    run = make_picture(bench, Spec(prompt="a red mug", steps=2, loras=(str(far),))).run
    assert str(far.parent) not in run.model_dump_json()
    assert replay(bench, run.id).verdict is not None
    forgetful = Catalogue(DigestCache(None), offline=True)
    with pytest.raises(ModelError):
        forgetful.loras.find_pinned(run.resolved.intent.loras[0], "brand.safetensors")

"""Models that run in their own pipeline go through every use case as the others do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import ModelError, SpecError
from packshot.experiment import read_plan
from packshot.result import RunState, Sameness
from packshot.spec import Spec
from packshot.wiring.engines import local_engine
from packshot.workflow import bench_runtimes, make_picture, replay, run_experiment, smoke

PLAN = """
schema: packshot.plan/1
name: families
title: Families
question: Which family?
baseline: {{name: base, prompt: a red mug, model: {sd}, steps: 2, width: 64, height: 64}}
arms:
  - {{name: more, change: {{steps: 3}}}}
  - {{name: flux, change: {{model: {flux}, guidance: 2.0}}}}
  - {{name: z, change: {{model: {z}}}}}
"""


@pytest.fixture
def real(open_bench: Callable[..., Any], settings: Any) -> Callable[..., Any]:
    """Workbenches on the engine of the product."""
    return lambda **changes: open_bench(local_engine(settings), **changes)


@pytest.mark.parametrize("name", ["flux-schnell", "sana"])
def test_a_picture_is_recorded_and_replayed_identically(
    name: str, real: Callable[..., Any], tiny_transformer: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "mug.png"
    with real() as bench:
        made = make_picture(
            bench, Spec(prompt="a red mug", model=str(tiny_transformer(name)), width=64, height=64), out=out
        )
        assert made.run.state is RunState.SUCCEEDED, made.run.failure
        assert bench.store.evidence(made.run.id)
    with real() as bench:
        for reference in (made.run.id, str(out)):
            again = replay(bench, reference)
            assert again.verdict is not None
            assert again.verdict.sameness is Sameness.IDENTICAL
            assert again.verdict.causes == ()
            assert again.run.spec_hash == made.run.spec_hash


def test_from_a_source(real: Callable[..., Any], tiny_transformer: Callable[[str], Path], tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 64, 3), np.uint8)).save(photo)
    spec = Spec(prompt="a mug", model=str(tiny_transformer("z-image")), steps=3, width=64, height=64, source=str(photo))
    with real() as bench:
        made = make_picture(bench, spec)
        photo.unlink()
        again = replay(bench, made.run.id)
        assert again.verdict is not None
        assert again.verdict.sameness is Sameness.IDENTICAL
        assert again.run.result.provenance.fitted_source_digest


def test_a_mixed_sweep_says_which_cells_have_one_slot(
    real: Callable[..., Any], tiny_transformer: Callable[[str], Path], tiny_sd: Path
) -> None:
    text = PLAN.format(sd=tiny_sd, flux=tiny_transformer("flux-dev"), z=tiny_transformer("z-image"))
    with real() as bench:
        done = run_experiment(bench, read_plan(text, "families"), slots=4)
    assert not done.failed
    slots = {name: run.resolved.execution.slots for name, run in done.runs.items()}
    assert slots == {"base": 4, "more": 4, "flux": 1, "z": 1}
    noted = {cell for note, cells in done.notes.items() if "4 slots do not hold" in note for cell in cells}
    assert noted == {"flux", "z"}
    assert "do not hold" in done.runs["flux"].result.provenance.notes[-1]


def test_a_cell_that_does_not_fit_is_named_before_anything_runs(
    real: Callable[..., Any], tiny_transformer: Callable[[str], Path], tiny_sd: Path
) -> None:
    text = PLAN.format(sd=tiny_sd, flux=tiny_transformer("flux-dev"), z=tiny_transformer("z-image"))
    text = text.replace("guidance: 2.0", "scheduler: DDIM")
    with real() as bench, pytest.raises(SpecError) as caught:
        run_experiment(bench, read_plan(text, "families"))
    assert caught.value.message.startswith("families, line 9, scheduler: cell flux:")
    assert caught.value.code == "spec.scheduler.unfitting"


def test_the_smoke_test_leaves_its_values_to_the_model(
    open_bench: Callable[..., Any], tiny_transformer: Callable[[str], Path], tiny_sd: Path
) -> None:
    with open_bench() as bench:
        intent = smoke(bench, model=str(tiny_transformer("flux-schnell"))).run.resolved.intent
        assert (intent.steps, intent.guidance, intent.scheduler.name, intent.negative_prompt) == (
            4,
            0.0,
            "FlowMatchEuler",
            "",
        )
        usual = smoke(bench, model=str(tiny_sd)).run.resolved.intent
        assert (usual.steps, usual.guidance, usual.scheduler.name) == (25, 7.5, "EulerA")
        assert usual.negative_prompt


def test_there_are_no_runtimes_to_compare(
    open_bench: Callable[..., Any], tiny_transformer: Callable[[str], Path]
) -> None:
    with open_bench() as bench, pytest.raises(ModelError) as caught:
        bench_runtimes(bench, lambda *_: iter(()), model=str(tiny_transformer("pixart-sigma")))
    assert caught.value.code == "model.unsupported"

"""The correctness anchor: one slot in torch gives the pixels of diffusers' own pipeline, bit for bit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from packshot.engine import Failed, Finished
from packshot.engine.local import LocalEngine
from packshot.engine.machine import floating_point
from packshot.models import SCHEDULERS, Catalogue, Loader, effective_config
from packshot.resolve import resolve
from packshot.settings import Settings
from packshot.spec import Spec
from tests.engine.driving import drain

PROMPT = "a photo of running shoes on a white background"
NEGATIVE = "text, watermark, logo"
SEED = 7


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine(Loader())


def assert_equal(one: np.ndarray, other: np.ndarray) -> None:
    assert one.shape == other.shape
    difference = int(np.abs(one.astype(int) - other.astype(int)).max())
    assert difference == 0


def run(engine: LocalEngine, order: Any) -> Finished:
    engine.submit(order)
    while engine.busy:
        for event in engine.step():
            assert not isinstance(event, Failed), event
            if isinstance(event, Finished):
                return event
    raise AssertionError("no picture")


@cache
def read_by_diffusers(folder: Path) -> Any:
    """The pipeline of a folder, with the scheduler that stands there: nothing changes it."""
    import diffusers

    return diffusers.DiffusionPipeline.from_pretrained(folder, local_files_only=True)


def by_diffusers(folder: Path, order: Any) -> np.ndarray:
    """The same picture as a script with plain diffusers makes it."""
    import diffusers

    intent = order.resolved.intent
    read = read_by_diffusers(folder)
    pipeline = type(read).from_pipe(read)
    choice = next(choice for choice in SCHEDULERS if choice.name == intent.scheduler.name)
    config = effective_config(choice, dict(pipeline.scheduler.config), intent.seed)
    pipeline.scheduler = getattr(diffusers, choice.class_name).from_config(config)
    pipeline.set_progress_bar_config(disable=True)
    arguments: dict[str, Any] = {
        "prompt": intent.prompt,
        "negative_prompt": intent.negative_prompt or None,
        "num_inference_steps": intent.steps,
        "guidance_scale": intent.guidance,
        "generator": torch.Generator("cpu").manual_seed(intent.seed),
        "output_type": "pil",
    }
    if order.source is None:
        arguments |= {"width": intent.width, "height": intent.height}
    else:
        pipeline = diffusers.AutoPipelineForImage2Image.from_pipe(pipeline)
        pipeline.set_progress_bar_config(disable=True)
        arguments |= {"image": Image.fromarray(order.source), "strength": intent.strength}
    with floating_point(flush_denormal=True):
        return np.asarray(pipeline(**arguments).images[0])


@pytest.mark.parametrize("name", [choice.name for choice in SCHEDULERS])
@pytest.mark.parametrize("mode", ["text2img", "img2img"])
def test_every_scheduler_equals_diffusers(
    name: str,
    mode: str,
    engine: LocalEngine,
    tiny_sd: Path,
    photo: Path,
    catalogue: Catalogue,
    settings: Settings,
    library: Any,
) -> None:
    spec = Spec(
        prompt=PROMPT,
        negative_prompt=NEGATIVE,
        model=str(tiny_sd),
        scheduler=name,
        steps=6,
        guidance=5.0,
        seed=SEED,
        source=str(photo) if mode == "img2img" else None,
        strength=0.7 if mode == "img2img" else None,
    )
    order = resolve(spec, catalogue, settings, library)
    made = run(engine, order)
    assert_equal(made.pixels, by_diffusers(tiny_sd, order))
    assert made.provenance.rows == 2


FAST = ("EulerA", "DDIM", "DPM++", "Heun")


@pytest.mark.parametrize("model", ["tiny_sd2", "tiny_sdxl"])
@pytest.mark.parametrize(
    "name",
    [
        choice.name if choice.name in FAST else pytest.param(choice.name, marks=pytest.mark.slow)
        for choice in SCHEDULERS
    ],
)
@pytest.mark.parametrize("mode", ["text2img", "img2img"])
def test_other_families_equal_diffusers(
    model: str,
    name: str,
    mode: str,
    engine: LocalEngine,
    photo: Path,
    catalogue: Catalogue,
    settings: Settings,
    library: Any,
    request: pytest.FixtureRequest,
) -> None:
    folder = request.getfixturevalue(model)
    spec = Spec(
        prompt=PROMPT,
        model=str(folder),
        scheduler=name,
        steps=5,
        guidance=7.5,
        seed=SEED,
        source=str(photo) if mode == "img2img" else None,
        strength=0.6 if mode == "img2img" else None,
    )
    order = resolve(spec, catalogue, settings, library)
    assert_equal(run(engine, order).pixels, by_diffusers(folder, order))


def test_without_guidance_one_row(
    engine: LocalEngine, tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    spec = Spec(prompt=PROMPT, model=str(tiny_sd), steps=4, guidance=1.0, seed=SEED)
    order = resolve(spec, catalogue, settings, library)
    made = run(engine, order)
    assert made.provenance.rows == order.resolved.execution.rows == 1
    assert_equal(made.pixels, by_diffusers(tiny_sd, order))


@pytest.mark.slow
@pytest.mark.parametrize("name", [choice.name for choice in SCHEDULERS])
@pytest.mark.parametrize("mode", ["text2img", "img2img"])
def test_every_scheduler_on_studio_tiny(
    name: str, mode: str, engine: LocalEngine, photo: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    spec = Spec(
        prompt="product photo of a red mug on a white background",
        scheduler=name,
        steps=8,
        seed=SEED,
        width=128,
        height=128,
        source=str(photo) if mode == "img2img" else None,
        strength=0.6 if mode == "img2img" else None,
        runtime="torch",
        precision="float32",
    )
    order = resolve(spec, catalogue, settings, library)
    engine.submit(order)
    made = next(event for event in drain(engine) if isinstance(event, Finished | Failed))
    expected = by_diffusers(order.model.folder, order)
    if isinstance(made, Failed):
        assert made.failure.code in ("picture.nan", "picture.blank"), made.failure
        assert expected.std() < 1, "diffusers' own picture is none either: NaN is drawn black"
    else:
        assert_equal(made.pixels, expected)

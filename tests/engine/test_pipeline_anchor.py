"""Models that run in their own pipeline give the pixels of that pipeline called by hand, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from packshot.engine import Advanced, Finished
from packshot.engine.machine import floating_point
from packshot.engine.pipeline import PipelineEngine
from packshot.models import SCHEDULERS, PipelineLoader, effective_config
from packshot.resolve import Order
from tests.engine.driving import drain
from tests.tiny_transformers import SAVED

NEGATIVE = "text, watermark"
IMAGE_CLASSES = {
    "sd3": "StableDiffusion3Img2ImgPipeline",
    "flux-dev": "FluxImg2ImgPipeline",
    "flux-schnell": "FluxImg2ImgPipeline",
    "qwen-image": "QwenImageImg2ImgPipeline",
    "z-image": "ZImageImg2ImgPipeline",
}
# what a person writes who calls diffusers by hand
BY_HAND: dict[str, dict[str, Any]] = {
    "sd3": {"guidance_scale": 4.0, "negative_prompt": NEGATIVE},
    "flux-dev": {"guidance_scale": 4.0},
    "flux-schnell": {"guidance_scale": 0.0, "max_sequence_length": 256},
    "sana": {"guidance_scale": 4.0, "negative_prompt": NEGATIVE, "use_resolution_binning": False},
    "pixart-alpha": {
        "guidance_scale": 4.0,
        "negative_prompt": NEGATIVE,
        "use_resolution_binning": False,
        "clean_caption": False,
    },
    "qwen-image": {"true_cfg_scale": 4.0, "negative_prompt": NEGATIVE},
    "z-image": {"guidance_scale": 4.0, "negative_prompt": NEGATIVE},
}
BY_HAND["pixart-sigma"] = BY_HAND["pixart-alpha"]


@pytest.fixture(scope="module")
def engine() -> PipelineEngine:
    return PipelineEngine(PipelineLoader())


def asked(name: str) -> dict[str, Any]:
    """The same in Packshot's words."""
    hand = BY_HAND[name]
    guidance = hand.get("true_cfg_scale", hand.get("guidance_scale"))
    fields = {"guidance": guidance, "negative_prompt": hand.get("negative_prompt")}
    return {key: value for key, value in fields.items() if value is not None}


def by_hand(folder: Path, order: Order, arguments: dict[str, Any], image_class: str | None = None) -> np.ndarray:
    intent = order.resolved.intent
    pipeline_class: Any = getattr(diffusers, image_class or "DiffusionPipeline")
    pipeline = pipeline_class.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    if intent.scheduler.name in {choice.name for choice in SCHEDULERS}:
        choice = next(choice for choice in SCHEDULERS if choice.name == intent.scheduler.name)
        config = effective_config(choice, dict(pipeline.scheduler.config), intent.seed)
        pipeline.scheduler = getattr(diffusers, choice.class_name).from_config(config)
    given = arguments | {
        "prompt": intent.prompt,
        "width": intent.width,
        "height": intent.height,
        "num_inference_steps": intent.steps,
        "generator": torch.Generator("cpu").manual_seed(intent.seed),
    }
    if order.source is not None:
        given |= {"image": Image.fromarray(order.source), "strength": intent.strength}
    with floating_point(flush_denormal=True):
        return np.asarray(pipeline(**given).images[0])


def made(engine: PipelineEngine, order: Order) -> Finished:
    engine.submit(order)
    events = drain(engine)
    steps = order.resolved.intent.steps_taken
    assert [event.step for event in events if isinstance(event, Advanced)] == list(range(1, steps + 1))
    finished = events[-1]
    assert isinstance(finished, Finished), finished
    return finished


@pytest.mark.parametrize("name", list(SAVED))
def test_words_to_picture(
    name: str, engine: PipelineEngine, order: Callable[..., Order], tiny_transformer: Callable[[str], Path]
) -> None:
    folder = tiny_transformer(name)
    wanted = order(folder, width=64, height=96, **asked(name))
    got = made(engine, wanted)
    assert np.array_equal(got.pixels, by_hand(folder, wanted, BY_HAND[name]))
    calls_a_step = 2 if name == "qwen-image" else 1  # its guidance is a second call
    assert got.provenance.denoiser_calls == 3 * calls_a_step
    assert got.provenance.rows == (2 if name in {"sd3", "sana", "pixart-alpha", "pixart-sigma", "z-image"} else 1)


@pytest.mark.parametrize("name", list(IMAGE_CLASSES))
def test_source_to_picture(
    name: str, engine: PipelineEngine, order: Callable[..., Order], tiny_transformer: Callable[[str], Path], photo: Path
) -> None:
    folder = tiny_transformer(name)
    wanted = order(folder, width=64, height=64, steps=5, source=str(photo), strength=0.5, **asked(name))
    assert wanted.resolved.intent.steps_taken == 3
    got = made(engine, wanted)
    assert np.array_equal(got.pixels, by_hand(folder, wanted, BY_HAND[name], IMAGE_CLASSES[name]))


@pytest.mark.parametrize("name", ["sd3", "qwen-image", "z-image", "sana"])
def test_without_guidance(
    name: str, engine: PipelineEngine, order: Callable[..., Order], tiny_transformer: Callable[[str], Path]
) -> None:
    folder = tiny_transformer(name)
    wanted = order(folder, width=64, height=64, guidance=0.0)
    got = made(engine, wanted)
    assert got.provenance.rows == 1
    arguments = {key: 0.0 for key in BY_HAND[name] if key.endswith("_scale")}
    if name == "sana":
        arguments["use_resolution_binning"] = False
    assert np.array_equal(got.pixels, by_hand(folder, wanted, arguments))


@pytest.mark.parametrize("name", ["EulerA", "DDIM", "DPM++ Karras", "DPM++ SDE", "Heun", "PNDM"])
def test_pixart_takes_the_usual_schedulers(
    name: str, engine: PipelineEngine, order: Callable[..., Order], tiny_transformer: Callable[[str], Path]
) -> None:
    folder = tiny_transformer("pixart-sigma")
    wanted = order(folder, scheduler=name, steps=4, **asked("pixart-sigma"))
    assert np.array_equal(made(engine, wanted).pixels, by_hand(folder, wanted, BY_HAND["pixart-sigma"]))

"""Stable Diffusion XL's refiner, and XL without guidance (turbo): equal to diffusers, bit for bit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packshot.engine import Finished
from packshot.engine.local import LocalEngine
from packshot.errors import ModelError, SpecError
from packshot.models import Loader
from packshot.resolve import Order
from tests.engine.driving import drain
from tests.engine.test_anchor import by_diffusers
from tests.tiny_refiner import save_tiny_refiner


@pytest.fixture(scope="module")
def refiner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_refiner(tmp_path_factory.mktemp("refiner") / "tiny-refiner")


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine(Loader())


def pixels(engine: LocalEngine, order: Order) -> np.ndarray:
    engine.submit(order)
    last = drain(engine)[-1]
    assert isinstance(last, Finished), last
    return last.pixels


@pytest.mark.parametrize("guidance", [5.0, 1.0])
@pytest.mark.parametrize("scheduler", ["EulerA", "DDIM", "DPM++"])
def test_the_refiner_equals_diffusers(
    scheduler: str, guidance: float, refiner: Path, engine: LocalEngine, order: Callable[..., Order], photo: Path
) -> None:
    wanted = order(
        refiner,
        scheduler=scheduler,
        guidance=guidance,
        negative_prompt="text",
        steps=5,
        source=str(photo),
        strength=0.4,
    )
    assert np.array_equal(pixels(engine, wanted), by_diffusers(refiner, wanted))


def test_the_score_counts(refiner: Path, order: Callable[..., Order], photo: Path) -> None:
    """The comparison above could not tell a refiner from a base model if the score changed nothing."""
    wanted = order(refiner, steps=5, source=str(photo), strength=0.8)
    loader = Loader()
    with_score = pixels(LocalEngine(loader), wanted)
    weight = loader.load(wanted.model, "cpu", "float32").unet.add_embedding.linear_1.weight
    weight.data[:, -8:] = 0.0  # what reads the last of the five numbers
    assert not np.array_equal(pixels(LocalEngine(loader), wanted), with_score)


def test_words_alone_are_refused(refiner: Path, order: Callable[..., Order]) -> None:
    with pytest.raises(SpecError) as caught:
        order(refiner)
    assert caught.value.code == "spec.mode.unsupported"
    assert "--source" in str(caught.value)
    assert "refiner" in caught.value.message


def test_the_refiners_prompt_is_counted_by_its_only_tokenizer(
    refiner: Path, order: Callable[..., Order], photo: Path
) -> None:
    with pytest.raises(SpecError) as caught:
        order(refiner, prompt="shoe " * 90, source=str(photo))
    assert caught.value.code == "spec.prompt.truncated"


@pytest.mark.parametrize("guidance", [0.0, 1.0])
@pytest.mark.parametrize("mode", ["text2img", "img2img"])
def test_without_guidance_equals_diffusers(
    mode: str, guidance: float, tiny_sdxl: Path, engine: LocalEngine, order: Callable[..., Order], photo: Path
) -> None:
    fields: dict[str, Any] = {"source": str(photo), "strength": 0.6} if mode == "img2img" else {}
    wanted = order(tiny_sdxl, guidance=guidance, steps=4, **fields)
    assert wanted.resolved.execution.rows == 1
    assert np.array_equal(pixels(engine, wanted), by_diffusers(tiny_sdxl, wanted))


def test_a_refiner_needs_its_encoder(refiner: Path, order: Callable[..., Order], tmp_path: Path) -> None:
    copy = tmp_path / "broken"
    shutil.copytree(refiner, copy)
    index = (copy / "model_index.json").read_text()
    (copy / "model_index.json").write_text(index.replace('"text_encoder_2"', '"_text_encoder_2"'))
    with pytest.raises(ModelError) as caught:
        order(copy)
    assert caught.value.code == "model.incomplete"

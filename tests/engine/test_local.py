"""Honest states, cancelling, and runs that do not disturb each other, on real classes at tiny size."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from packshot.engine import Cancelled, Failed, FakeEngine, Finished, Started
from packshot.engine.failure import failure_of
from packshot.engine.honesty import refuse_dishonest
from packshot.engine.local import LocalEngine
from packshot.errors import EngineError
from packshot.models import SCHEDULERS, Loader
from packshot.resolve import Order
from tests.engine.driving import drain, finished


def changed(folder: Path, target: Path, part: str, change: Callable[[dict[str, torch.Tensor]], None]) -> Path:
    """A copy of a model with other weights."""
    shutil.copytree(folder, target)
    path = next((target / part).glob("*.safetensors"))
    tensors = {name: tensor.clone() for name, tensor in load_file(path).items()}
    change(tensors)
    save_file(tensors, path)
    return target


def test_a_blank_picture_is_a_failure(order: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    def silence(tensors: dict[str, torch.Tensor]) -> None:
        tensors["decoder.conv_out.weight"].zero_()

    engine = LocalEngine(Loader())
    engine.submit(order(changed(tiny_sd, tmp_path / "blank", "vae", silence)))
    failed = drain(engine)[-1]
    assert isinstance(failed, Failed)
    assert failed.failure.code == "picture.blank"


def test_numbers_that_are_none_are_a_failure(order: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    def overflow(tensors: dict[str, torch.Tensor]) -> None:
        tensors["decoder.conv_out.weight"].fill_(3e38)

    engine = LocalEngine(Loader())
    engine.submit(order(changed(tiny_sd, tmp_path / "nan", "vae", overflow)))
    failed = drain(engine)[-1]
    assert isinstance(failed, Failed)
    assert failed.failure.code == "picture.nan"


@pytest.mark.parametrize(("threshold", "code"), [(-1.0, "picture.blocked"), (2.0, None)])
def test_the_safety_checker_stays_on(
    order: Callable[..., Order], tiny_sd: Path, tmp_path: Path, threshold: float, code: str | None
) -> None:
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    folder = tmp_path / "checked"
    shutil.copytree(tiny_sd, folder)
    vision = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 1, "num_attention_heads": 4}
    config = CLIPConfig(vision_config=vision | {"image_size": 32, "patch_size": 16}, projection_dim=16)
    checker = StableDiffusionSafetyChecker(config)
    for name, value in (("concept_embeds", 1.0), ("special_care_embeds", 1.0)):
        getattr(checker, name).data.fill_(value)
    checker.concept_embeds_weights.data.fill_(threshold)
    checker.special_care_embeds_weights.data.fill_(2.0)
    checker.save_pretrained(folder / "safety_checker")
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(
        folder / "feature_extractor"
    )
    index = json.loads((folder / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    index["feature_extractor"] = ["transformers", "CLIPImageProcessor"]
    index["requires_safety_checker"] = True
    (folder / "model_index.json").write_text(json.dumps(index))
    engine = LocalEngine(Loader())
    engine.submit(order(folder))
    last = drain(engine)[-1]
    if code is None:
        assert isinstance(last, Finished)
        assert last.provenance.safety_checker == "passed"
    else:
        assert isinstance(last, Failed)
        assert last.failure.code == code


def test_an_output_equal_to_its_source_is_a_failure() -> None:
    source = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    with pytest.raises(EngineError) as caught:
        refuse_dishonest(source.copy(), source)
    assert caught.value.code == "picture.equal_to_source"
    other = source.copy()
    other[0, 0, 0] ^= 64
    refuse_dishonest(other, source)
    refuse_dishonest(source, None)


def test_a_white_product_on_white_is_not_blank() -> None:
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[20:44, 20:44] = 246
    refuse_dishonest(picture, None)
    with pytest.raises(EngineError):
        refuse_dishonest(np.full((64, 64, 3), 250, np.uint8), None)


def test_runs_do_not_disturb_each_other(order: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    def overflow(tensors: dict[str, torch.Tensor]) -> None:
        tensors["decoder.conv_out.weight"].fill_(3e38)

    broken = order(changed(tiny_sd, tmp_path / "broken", "vae", overflow))
    loader = Loader()
    alone = LocalEngine(loader)
    alone.submit(order(seed=5, scheduler="DDIM"))
    expected = next(iter(finished(drain(alone)).values())).pixels
    engine = LocalEngine(loader)
    tickets = [
        engine.submit(entry)
        for entry in (order(seed=4), broken, order(seed=5, scheduler="DDIM"), order(seed=4), order(seed=5))
    ]
    done = finished(drain(engine))
    assert set(done) == {tickets[0], *tickets[2:]}
    assert np.array_equal(done[tickets[2]].pixels, expected)
    assert np.array_equal(done[tickets[0]].pixels, done[tickets[3]].pixels)
    assert not np.array_equal(done[tickets[0]].pixels, done[tickets[4]].pixels)


@pytest.mark.parametrize("make", [lambda: LocalEngine(Loader()), FakeEngine], ids=["local", "fake"])
def test_cancelling_queued_and_running(order: Callable[..., Order], make: Callable[[], Any]) -> None:
    engine = make()
    first, second, third = (engine.submit(order(seed=seed)) for seed in range(3))
    events = engine.step()
    assert events == [Started(first, 3)]
    engine.step()
    assert engine.cancel(first) == [Cancelled(first)]
    assert engine.cancel(second) == [Cancelled(second)]
    assert engine.cancel(second) == []
    assert set(finished(drain(engine))) == {third}
    assert engine.step() == []


def test_memory_and_surprises_get_their_names() -> None:
    assert failure_of(MemoryError()).code == "engine.out_of_memory"
    error = RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: 9 bytes")
    assert failure_of(error).code == "engine.out_of_memory"
    surprise = failure_of(ZeroDivisionError("boom"))
    assert surprise.code == "engine.failed"
    assert "ZeroDivisionError" in (surprise.trace or "")


def test_threads_are_set_and_read_back(order: Callable[..., Order]) -> None:
    ordered = order()
    engine = LocalEngine(Loader())
    engine.submit(Order(ordered.resolved.with_execution(threads=2), ordered.model))
    engine.submit(ordered)
    done = list(finished(drain(engine)).values())
    assert [event.provenance.threads for event in done] == [2, 1]
    assert float(torch.full((1,), 1e-40)[0] + 0.0) != 0.0, "the caller keeps its own arithmetic"
    assert all(event.provenance.flush_denormal for event in done)
    assert all(event.provenance.attention == "sdpa" for event in done)


@pytest.mark.parametrize("name", [choice.name for choice in SCHEDULERS])
def test_every_record_can_be_stored(order: Callable[..., Order], name: str) -> None:
    """Some configurations hold infinity, which JSON does not have."""
    engine = LocalEngine(Loader())
    engine.submit(order(scheduler=name, steps=2))
    done = next(iter(finished(drain(engine)).values()))
    assert json.loads(json.dumps(done.provenance.model_dump(mode="json"), allow_nan=False))["scheduler_config"]

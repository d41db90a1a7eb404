"""Memory modes on real classes: they run, replay bit for bit, and change pictures only where they say so."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packshot.engine import Finished
from packshot.engine.denoiser import Denoisers
from packshot.engine.local import LocalEngine
from packshot.models import Catalogue, Loader
from packshot.models.memory import is_offloaded, save_memory
from packshot.resolve import Order, restore
from packshot.spec import ResolvedSpec
from tests.engine.driving import drain, finished


@pytest.fixture(scope="module")
def one_tile(tiny_sd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a tile as large as its pictures; its own tile is half as large."""
    folder = tmp_path_factory.mktemp("tiles") / "tiny"
    shutil.copytree(tiny_sd, folder)
    path = folder / "vae" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sample_size": 64}))
    return folder


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openvino")


def make(order: Order, loader: Loader | None = None, cache: Path | None = None) -> Finished:
    loader = loader or Loader()
    engine = LocalEngine(loader, denoiser=Denoisers(loader, cache))
    engine.submit(order)
    events = drain(engine)
    made = finished(events)
    assert made, events
    return next(iter(made.values()))


def executed(order: Order, **changes: Any) -> Order:
    return replace(order, resolved=order.resolved.with_execution(**changes))


@pytest.mark.parametrize("runtime", ["torch", "openvino"])
@pytest.mark.parametrize("memory", ["balanced", "low"])
def test_a_mode_replays_from_its_record(
    order: Callable[..., Order],
    catalogue: Catalogue,
    photo: Path,
    converted: Path,
    runtime: str,
    memory: str,
) -> None:
    if runtime == "openvino" and importlib.util.find_spec("openvino") is None:
        pytest.skip("OpenVINO is not installed")
    asked = executed(order(source=str(photo), strength=0.7, memory=memory), runtime=runtime)
    made = make(asked, cache=converted)
    recorded = ResolvedSpec.model_validate_json(asked.resolved.model_dump_json(by_alias=True))
    assert recorded.execution.memory == memory
    again = restore(recorded, catalogue, _Known(photo))
    assert again.resolved == asked.resolved
    assert np.array_equal(make(again, cache=converted).pixels, made.pixels)


class _Known:
    def __init__(self, path: Path) -> None:
        self._path = path

    def by_digest(self, _digest: str) -> Any:
        from packshot.resolve import open_source

        return open_source(self._path)

    def packaged(self, _name: str) -> None:
        return None


@pytest.mark.parametrize("memory", ["balanced", "low"])
def test_within_one_tile_the_picture_keeps_its_bits(
    order: Callable[..., Order], one_tile: Path, photo: Path, memory: str
) -> None:
    for fields in ({}, {"source": str(photo), "strength": 0.7}):
        plain = make(order(one_tile, **fields))
        saving = make(order(one_tile, memory=memory, **fields))
        assert np.array_equal(saving.pixels, plain.pixels)
        assert saving.provenance.attention == plain.provenance.attention == "sdpa"


def test_beyond_one_tile_the_picture_changes(order: Callable[..., Order]) -> None:
    """The tiny model's tile has 32 px, its picture 64: seams are blended, and the hash does not know of it."""
    plain, saving = order(), order(memory="balanced")
    assert plain.resolved.hash == saving.resolved.hash
    assert not np.array_equal(make(plain).pixels, make(saving).pixels)


def test_a_mode_does_not_reach_the_other_modes(order: Callable[..., Order]) -> None:
    """One loader for all: the pipeline with tiles is not the one without."""
    loader = Loader()
    alone = make(order()).pixels
    first = make(order(), loader).pixels
    make(order(memory="low"), loader)
    assert np.array_equal(make(order(), loader).pixels, first)
    assert np.array_equal(first, alone)


def test_a_saving_mode_keeps_one_pipeline(order: Callable[..., Order], tiny_sd2: Path) -> None:
    loader = Loader()
    first, other = order().model, order(tiny_sd2).model
    plain = loader.load(first, "cpu", "float32")
    assert loader.load(first, "cpu", "float32") is plain
    loader.load(other, "cpu", "float32", memory="low")
    assert loader.load(first, "cpu", "float32") is not plain


def test_sliced_attention_is_restored_and_read_back(order: Callable[..., Order]) -> None:
    """As a record from a Mac's GPU has it: on any device the same way to compute."""
    sliced = executed(order(), attention="sliced")
    made = make(sliced)
    assert made.provenance.attention == "sliced"
    assert np.array_equal(make(sliced).pixels, made.pixels)
    plain = make(order())
    assert plain.provenance.attention == "sdpa"
    assert int(np.abs(made.pixels.astype(int) - plain.pixels).max()) <= 1


def test_slices_fit_layers_with_one_head(order: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    folder = tmp_path / "one-head"
    shutil.copytree(tiny_sd, folder)
    path = folder / "unet" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"attention_head_dim": 1}))
    assert make(executed(order(folder), attention="sliced")).provenance.attention == "sliced"


def test_a_shell_without_weights_is_left_alone(order: Callable[..., Order]) -> None:
    pipeline = Loader().load(order().model, "cpu", "float32", "openvino", memory="low", attention="sliced")
    assert all(parameter.is_meta for parameter in pipeline.unet.parameters())
    assert {type(each).__name__ for each in pipeline.unet.attn_processors.values()} == {"AttnProcessor2_0"}
    assert pipeline.vae.use_tiling


@pytest.mark.parametrize(
    ("memory", "device", "called"),
    [
        ("high", "cuda", None),
        ("balanced", "cuda:1", "enable_model_cpu_offload"),
        ("low", "cuda", "enable_sequential_cpu_offload"),
        ("low", "mps", None),
        ("low", "cpu", None),
    ],
)
def test_weights_wait_in_memory_on_cuda_alone(
    order: Callable[..., Order], monkeypatch: pytest.MonkeyPatch, memory: str, device: str, called: str | None
) -> None:
    pipeline = Loader().load(order().model, "cpu", "float32")
    calls: list[tuple[str, str]] = []
    for name in ("enable_model_cpu_offload", "enable_sequential_cpu_offload"):
        monkeypatch.setattr(pipeline, name, lambda device, name=name: calls.append((name, device)), raising=True)
    save_memory(pipeline, device, memory, "sdpa")
    assert calls == ([(called, device)] if called else [])
    assert is_offloaded(memory, device) is (called is not None)
    assert pipeline.vae.use_tiling is (memory != "high")


@pytest.mark.parametrize("offload", ["cpu_offload_with_hook", "cpu_offload"])
def test_the_hooks_fire_for_the_calls_that_the_engine_makes(
    order: Callable[..., Order], photo: Path, offload: str
) -> None:
    """accelerate's own hooks with the CPU as the card: encode, decode, the denoiser and the prompts go through them."""
    import accelerate

    asked = order(source=str(photo), strength=0.7)
    plain = make(asked).pixels
    loader = Loader()
    pipeline = loader.load(asked.model, "cpu", "float32")
    for part in (pipeline.text_encoder, pipeline.unet, pipeline.vae):
        getattr(accelerate, offload)(part, "cpu")
    if offload == "cpu_offload":
        assert all(parameter.is_meta for parameter in pipeline.vae.decoder.parameters()), "weights wait elsewhere"
    assert np.array_equal(make(asked, loader).pixels, plain)

"""Not enough memory is said before anything is read: counted from headers, against what a settings value has free."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from packshot.errors import ModelError
from packshot.models import EMBEDDED, Catalogue, Loader, Model, weights_bytes
from packshot.resolve import Order, resolve
from packshot.settings import Settings
from packshot.spec import Spec
from tests.single_file import write_single_file


def loaded_bytes(model: Model, precision: str) -> int:
    """What torch really holds."""
    pipeline = Loader().load(model, "cpu", precision)
    parts = (pipeline.unet, pipeline.vae, pipeline.text_encoder)
    return sum(each.numel() * each.element_size() for part in parts for each in part.parameters())


@pytest.fixture
def found(tiny_sd: Path, catalogue: Catalogue) -> Model:
    return catalogue.find(str(tiny_sd))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_count_is_what_torch_holds(found: Model, precision: str) -> None:
    counted, held = weights_bytes(found, "torch", precision), loaded_bytes(found, precision)
    assert held <= counted <= held * 1.01, "positions and buffers beside the weights"


def test_half_a_file_is_a_whole_one_in_memory(
    found: Model, tiny_sd: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    folder = tmp_path / "half"
    shutil.copytree(tiny_sd, folder)
    for path in folder.rglob("*.safetensors"):
        save_file({name: tensor.half() for name, tensor in load_file(path).items()}, path, {"format": "pt"})
    half = catalogue.find(str(folder))
    assert sum(path.stat().st_size for path in folder.rglob("*.safetensors")) < 0.6 * weights_bytes(
        half, "torch", "float32"
    )
    assert weights_bytes(half, "torch", "float32") == weights_bytes(found, "torch", "float32")


def test_openvino_has_its_own_copies_of_the_denoiser(found: Model) -> None:
    unet = sum(parameter.numel() for parameter in Loader().load_denoiser(found).parameters())
    whole = weights_bytes(found, "openvino", "float32")
    assert whole == weights_bytes(found, "torch", "float32")
    assert weights_bytes(found, "openvino", "bfloat16") == whole - 2 * unet
    assert weights_bytes(found, "openvino", "mixed") == whole + 2 * unet


def test_a_single_file_counts_the_same_without_its_averages(
    found: Model, tiny_sd: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    for part in ("model_index.json", "unet", "vae", "text_encoder", "tokenizer", "scheduler"):
        source = tiny_sd / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part)
        else:
            shutil.copy(source, tmp_path)
    single = write_single_file(tiny_sd, tmp_path / "one.safetensors")
    tensors = load_file(single)
    save_file(tensors | {"model_ema.decay": torch.zeros(1_000_000)}, single)
    counted = weights_bytes(catalogue.find(str(single)), "torch", "float32")
    assert counted == pytest.approx(weights_bytes(found, "torch", "float32"), rel=0.01)


@pytest.fixture
def ordered(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any) -> Any:
    def order(free: int | None, model: str = str(tiny_sd), **fields: Any) -> Order:
        spec = Spec(**({"prompt": "a red mug", "model": model, "runtime": "torch", "precision": "float32"} | fields))
        return resolve(spec, catalogue, replace(settings, memory_bytes=free), library)

    return order


@pytest.mark.parametrize(("share", "notes"), [(0.5, 0), (0.79, 0), (0.9, 1), (1.2, 1)])
def test_a_note_where_memory_is_short(found: Model, ordered: Any, share: float, notes: int) -> None:
    order = ordered(round(weights_bytes(found, "torch", "float32") / share))
    assert len(order.resolved.origin.notes) == notes
    assert order.resolved.hash == ordered(None).resolved.hash
    assert all("memory is short" in note for note in order.resolved.origin.notes)


def test_weights_without_room_are_refused_with_figures(found: Model, ordered: Any) -> None:
    needed = weights_bytes(found, "torch", "float32")
    with pytest.raises(ModelError) as caught:
        ordered(round(needed / 1.3))
    assert caught.value.code == "model.memory"
    assert "float32 with torch" in (caught.value.expected or "")
    assert "--precision bfloat16" in (caught.value.hint or "")
    assert ordered(round(needed / 1.3), precision="bfloat16").resolved.origin.notes == ()


def test_nobody_looked_and_another_device_refuse_nothing(
    ordered: Any, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    assert ordered(None).resolved.origin.notes == ()
    spec = Spec(prompt="a red mug", model=ordered(None).resolved.origin.model)
    cuda = replace(settings, device="cuda", memory_bytes=1)
    assert resolve(spec, catalogue, cuda, library).resolved.origin.notes == ()


def test_the_model_in_the_package_is_never_refused(ordered: Any) -> None:
    assert ordered(1, model=EMBEDDED, prompt="a red mug").resolved.intent.model


def test_what_cannot_be_counted_is_left_to_the_loader(ordered: Any, tiny_sd: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_sd, folder)
    weights = next((folder / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-100])
    assert ordered(1, model=str(folder)).resolved.origin.notes == ()

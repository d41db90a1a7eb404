"""A single checkpoint file gives the very pixels of the folder that it was made from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packshot.engine import Failed, Finished
from packshot.engine.local import LocalEngine
from packshot.errors import ModelError
from packshot.models import Catalogue, Loader
from packshot.resolve import resolve
from packshot.settings import Settings
from packshot.spec import Spec
from tests.lora_files import write_lora
from tests.single_file import write_single_file


@pytest.fixture(scope="module")
def checkpoint(tiny_sd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, with the configuration of its family beside it."""
    folder = tmp_path_factory.mktemp("single") / "files"
    shutil.copytree(tiny_sd, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return write_single_file(tiny_sd, folder / "tiny.safetensors")


def made(model: Path, catalogue: Catalogue, settings: Settings, library: Any, *loras: str) -> Any:
    spec = Spec(prompt="a red mug", model=str(model), steps=3, loras=loras)
    order = resolve(spec, catalogue, settings, library)
    engine = LocalEngine(Loader())
    engine.submit(order)
    while engine.busy:
        for event in engine.step():
            assert not isinstance(event, Failed), event.failure
            if isinstance(event, Finished):
                return event
    raise AssertionError("no picture")


def test_the_same_pixels_as_the_folder(
    checkpoint: Path, tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    one = made(checkpoint, catalogue, settings, library)
    other = made(tiny_sd, catalogue, settings, library)
    assert np.array_equal(one.pixels, other.pixels)
    assert one.provenance.weights_digest != other.provenance.weights_digest


def test_a_file_of_no_known_family(tmp_path: Path, catalogue: Catalogue) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"something": torch.zeros(2)}, tmp_path / "x.safetensors")
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(tmp_path / "x.safetensors"))
    assert caught.value.code == "model.unsupported"


def test_a_file_cut_short_is_named(checkpoint: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(checkpoint.read_bytes()[:-10])
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(cut))
    assert caught.value.code == "model.corrupt"
    text = tmp_path / "text.safetensors"
    text.write_text("this is no checkpoint at all")
    with pytest.raises(ModelError):
        catalogue.find(str(text))


def test_the_family_is_told_by_the_tensors(checkpoint: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    """Without configuration beside it, that of Stable Diffusion 1.5 is looked for in the hub's cache."""
    alone = tmp_path / "alone.safetensors"
    shutil.copy(checkpoint, alone)
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(alone))
    assert caught.value.code == "model.not_cached"
    assert "stable-diffusion-v1-5" in caught.value.message


def test_a_lora_fits_a_single_file_as_it_fits_the_folder(
    checkpoint: Path, tiny_sd: Path, tmp_path: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    one = made(checkpoint, catalogue, settings, library, str(path))
    other = made(tiny_sd, catalogue, settings, library, str(path))
    assert np.array_equal(one.pixels, other.pixels)


def test_a_lora_for_another_model_is_refused_when_a_single_file_is_loaded(
    checkpoint: Path, tiny_sdxl: Path, tmp_path: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    """Its header has the original code's names: whether a LoRA fits is known once diffusers has read it."""
    path = write_lora(tiny_sdxl, tmp_path / "x.safetensors")
    spec = Spec(prompt="a red mug", model=str(checkpoint), steps=3, loras=(str(path),))
    engine = LocalEngine(Loader())
    engine.submit(resolve(spec, catalogue, settings, library))
    (failed,) = engine.step()
    assert failed.failure.code == "model.lora.mismatch"

"""What `--model` may say, and what is said where it cannot be had."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from packshot.errors import ModelError, PackshotError
from packshot.models import SCHEDULERS, Catalogue, DigestCache, Loader, PreviewFactors, count_tokens, find_scheduler
from packshot.models.layout import needed_files

REPOSITORY = "models--owner--tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub_cache(tmp_path: Path, tiny_sd: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache with one repository, as the hub's client lays it out."""
    from huggingface_hub import constants

    base = tmp_path / "hub" / REPOSITORY
    shutil.copytree(tiny_sd, base / "snapshots" / COMMIT)
    (base / "refs").mkdir()
    (base / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return base


def test_a_folder_is_pinned_by_its_files(tiny_sd: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    pin = catalogue.find(str(tiny_sd)).pin
    copy = tmp_path / "copy"
    shutil.copytree(tiny_sd, copy)
    assert catalogue.find(str(copy)).pin == pin
    config = json.loads((copy / "unet" / "config.json").read_text())
    (copy / "unet" / "config.json").write_text(json.dumps(config | {"act_fn": "gelu"}))
    assert Catalogue(DigestCache(None), offline=True).find(str(copy)).pin.digest != pin.digest


def test_a_hub_id_is_found_offline_and_pinned_to_its_commit(
    hub_cache: Path, catalogue: Catalogue, tiny_sd: Path
) -> None:
    model = catalogue.find("owner/tiny")
    assert model.commit == COMMIT
    assert model.pin.digest == catalogue.find(str(tiny_sd)).pin.digest
    assert catalogue.find(f"owner/tiny@{COMMIT}").pin == model.pin
    assert catalogue.find("owner/tiny@main").pin == model.pin


def test_an_incomplete_snapshot_is_not_taken(hub_cache: Path, catalogue: Catalogue) -> None:
    for file in (hub_cache / "snapshots" / COMMIT / "unet").glob("*.safetensors"):
        file.unlink()
    with pytest.raises(ModelError) as caught:
        catalogue.find("owner/tiny")
    assert caught.value.code == "model.not_cached"


@pytest.mark.parametrize("name", ["sd15", "sd21", "sdxl", "sdxl-turbo", "sd-turbo", "owner/tiny@v2", "no/such"])
def test_not_cached_and_no_network(name: str, hub_cache: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ModelError) as caught:
        catalogue.find(name)
    assert caught.value.code == "model.not_cached"
    assert "offline" in (caught.value.got or "")


def test_a_pickle_is_refused(hub_cache: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    weights = next((hub_cache / "snapshots" / COMMIT / "unet").glob("*.safetensors"))
    weights.rename(weights.with_name("diffusion_pytorch_model.bin"))
    with pytest.raises(ModelError) as caught:
        catalogue.find("owner/tiny")
    assert caught.value.code == "model.pickle_only"
    checkpoint = tmp_path / "model.ckpt"
    checkpoint.write_bytes(b"x")
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(checkpoint))
    assert caught.value.code == "model.pickle_only"


def test_an_unknown_name_suggests_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(ModelError) as caught:
        catalogue.find("studio-tine")
    assert caught.value.code == "model.unknown"
    assert "studio-tiny" in (caught.value.hint or "")


def test_a_family_that_is_not_run_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "KandinskyPipeline"}))
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(tmp_path))
    assert caught.value.code == "model.unsupported"


def test_broken_weights_are_named_when_loaded(tiny_sd: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    copy = tmp_path / "cut"
    shutil.copytree(tiny_sd, copy)
    weights = next((copy / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(PackshotError) as caught:
        Loader().load(catalogue.find(str(copy)), "cpu", "float32")
    assert caught.value.code == "model.corrupt"


def test_not_a_number_in_the_weights_is_named(tiny_sd: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    copy = tmp_path / "nan"
    shutil.copytree(tiny_sd, copy)
    path = next((copy / "vae").glob("*.safetensors"))
    tensors = load_file(path)
    name = next(name for name in tensors if name.endswith("weight"))
    tensors[name] = tensors[name].clone()
    tensors[name].view(-1)[0] = torch.nan
    save_file(tensors, path)
    with pytest.raises(ModelError) as caught:
        Loader().load(catalogue.find(str(copy)), "cpu", "float32")
    assert name in caught.value.message


def test_weights_are_loaded_once(tiny_sd: Path, catalogue: Catalogue) -> None:
    loader = Loader()
    model = catalogue.find(str(tiny_sd))
    assert loader.load(model, "cpu", "float32") is loader.load(model, "cpu", "float32")


def test_digests_are_remembered_until_a_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"one")
    cache = DigestCache(tmp_path / "digests.json")
    first = cache.file_sha256(path)
    assert DigestCache(tmp_path / "digests.json").file_sha256(path) == first
    path.write_bytes(b"other")
    assert DigestCache(tmp_path / "digests.json").file_sha256(path) != first


def test_variants_and_pickles_are_left_out() -> None:
    index = {"unet": ["diffusers", "UNet2DConditionModel"], "scheduler": ["diffusers", "DDIMScheduler"]}
    files = [
        "model_index.json", "v1-5.safetensors", "unet/config.json", "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors", "unet/diffusion_pytorch_model.non_ema.safetensors",
        "unet/diffusion_pytorch_model.bin", "scheduler/scheduler_config.json",
    ]  # fmt: skip
    assert needed_files(index, files) == (
        "model_index.json",
        "scheduler/scheduler_config.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
    )


def test_every_scheduler_of_diffusers_is_on_offer() -> None:
    from diffusers.schedulers.scheduling_utils import KarrasDiffusionSchedulers

    offered = {choice.class_name for choice in SCHEDULERS}
    assert offered == {member.name for member in KarrasDiffusionSchedulers} - {"EDMEulerScheduler"}


@pytest.mark.parametrize("name", ["euler a", "Euler_A", "EulerAncestralDiscreteScheduler", "k_euler_a", "eulera"])
def test_people_write_names_in_many_ways(name: str) -> None:
    assert find_scheduler(name).name == "EulerA"


def test_tokens_are_counted_as_the_text_encoder_does(tiny_sd: Path) -> None:
    from transformers import CLIPTokenizer

    tokenizer = CLIPTokenizer.from_pretrained(tiny_sd / "tokenizer")
    for text in ("a photo of shoes", "Ünïcode — «quotes» 12 it's", "x" * 40, "shoes " * 100, ""):
        expected = len(tokenizer(text, truncation=False).input_ids)
        assert count_tokens(tiny_sd / "tokenizer", text).tokens == expected


FITTED = {"matrix": [[0.1, 0.2, 0.3]] * 4, "bias": [0.5, 0.5, 0.5]}


def test_a_model_may_bring_its_preview(tiny_sd: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_sd, folder)
    (folder / "packshot.json").write_text(json.dumps({"name": "mine", "preview": FITTED}))
    without = catalogue.find(str(tiny_sd))
    found = catalogue.find(str(folder))
    assert without.description.preview is None
    assert found.description.preview == PreviewFactors(((0.1, 0.2, 0.3),) * 4, (0.5, 0.5, 0.5))
    assert found.pin == without.pin, "what helps to look is no part of what computes"


@pytest.mark.parametrize(
    "wrong", [{"matrix": [[1, 2, 3]] * 3}, {"matrix": [[1, 2]] * 4}, {"bias": [1]}, {"bias": None}, {"matrix": 7}]
)
def test_a_preview_that_does_not_fit_is_named(
    wrong: dict[str, object], tiny_sd: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_sd, folder)
    (folder / "packshot.json").write_text(json.dumps({"preview": FITTED | wrong}))
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(folder))
    assert caught.value.code == "model.corrupt"
    assert "4 rows of 3 numbers" in (caught.value.expected or "")

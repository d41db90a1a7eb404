"""Folders of the transformer families: what is needed of them, what they say, and their short names."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.errors import ModelError
from packshot.models import SHORT_NAMES, Catalogue, DigestCache
from packshot.models.layout import needed_files, variant_of
from packshot.models.reference import HubReference, parse_reference

INDEX = {
    "_class_name": "FluxPipeline",
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "text_encoder_2": ["transformers", "T5EncoderModel"],
    "tokenizer_2": ["transformers", "T5TokenizerFast"],
    "image_encoder": [None, None],
    "transformer": ["diffusers", "FluxTransformer2DModel"],
}


def test_shards_and_every_tokenizer_file_are_needed() -> None:
    wanted = [
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder_2/config.json",
        "text_encoder_2/model-00001-of-00002.safetensors",
        "text_encoder_2/model-00002-of-00002.safetensors",
        "text_encoder_2/model.safetensors.index.json",
        "tokenizer_2/chat_template.jinja",
        "tokenizer_2/spiece.model",
        "tokenizer_2/tokenizer.json",
        "transformer/config.json",
        "transformer/diffusion_pytorch_model-00001-of-00001.safetensors",
        "transformer/diffusion_pytorch_model.safetensors.index.json",
    ]
    others = [
        "flux1-dev.safetensors",
        "README.md",
        "text_encoder_2/model.fp16-00001-of-00001.safetensors",
        "text_encoder_2/model.safetensors.index.fp16.json",
        "image_encoder/model.safetensors",
        "transformer/diffusion_pytorch_model.bf16.safetensors",
    ]
    assert needed_files(INDEX, wanted + others) == tuple(sorted(wanted))


@pytest.mark.parametrize("variant", ["fp16", "bf16"])
def test_a_component_that_only_has_a_variant_takes_it(variant: str) -> None:
    index = {"transformer": INDEX["transformer"]}
    files = [
        f"transformer/diffusion_pytorch_model.{variant}-00001-of-00001.safetensors",
        f"transformer/diffusion_pytorch_model.safetensors.index.{variant}.json",
    ]
    assert needed_files(index, files) == tuple(sorted(files))
    assert variant_of(files) == variant


def test_weights_that_changed_are_another_model(
    tiny_transformer: Callable[[str], Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    copy = tmp_path / "z"
    shutil.copytree(tiny_transformer("z-image"), copy)
    before = catalogue.find(str(tiny_transformer("z-image"))).pin
    (copy / "README.md").write_text("changes nothing")
    assert Catalogue(DigestCache(None), offline=True).find(str(copy)).pin == before
    template = copy / "tokenizer" / "chat_template.jinja"
    template.write_text(template.read_text() + "\n")
    assert Catalogue(DigestCache(None), offline=True).find(str(copy)).pin.digest != before.digest


@pytest.mark.parametrize("part", ["transformer", "vae", "tokenizer"])
def test_a_missing_part_is_named(
    part: str, tiny_transformer: Callable[[str], Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    copy = tmp_path / "sana"
    shutil.copytree(tiny_transformer("sana"), copy)
    index = json.loads((copy / "model_index.json").read_text())
    del index[part]
    (copy / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(copy))
    assert caught.value.code == "model.incomplete"
    assert part in caught.value.message


def test_a_scheduler_that_is_not_on_offer_is_named(
    tiny_transformer: Callable[[str], Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    from packshot.models import own_scheduler

    copy = tmp_path / "sd3"
    shutil.copytree(tiny_transformer("sd3"), copy)
    path = copy / "scheduler" / "scheduler_config.json"
    path.write_text(path.read_text().replace("FlowMatchEulerDiscreteScheduler", "FlowMatchLCMScheduler"))
    with pytest.raises(ModelError) as caught:
        own_scheduler(catalogue.find(str(copy)).description)
    assert caught.value.code == "model.unsupported"
    assert caught.value.got == "FlowMatchLCMScheduler"


def test_short_names_are_repositories() -> None:
    for entry in SHORT_NAMES:
        assert parse_reference(entry.name) == HubReference(entry.repository, None)
        assert entry.advice
    assert {"sdxl-refiner", "sd35", "flux-schnell", "flux-dev", "sana", "pixart", "qwen-image", "z-image"} <= {
        entry.name for entry in SHORT_NAMES
    }


def test_a_repository_in_the_cache_brings_its_recipe(
    tiny_transformer: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue
) -> None:
    from huggingface_hub import constants

    commit = "0" * 40
    base = tmp_path / "models--Tongyi-MAI--Z-Image-Turbo"
    shutil.copytree(tiny_transformer("z-image"), base / "snapshots" / commit)
    (base / "refs").mkdir()
    (base / "refs" / "main").write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    for text in ("z-image-turbo", "Tongyi-MAI/Z-Image-Turbo"):
        model = catalogue.find(text)
        assert (model.description.recipe.steps, model.description.recipe.guidance) == (9, 0.0)
        assert model.commit == commit
    assert catalogue.find(str(base / "snapshots" / commit)).description.recipe.steps == 50
    assert next(row for row in catalogue.listings() if row.name == "z-image-turbo").available

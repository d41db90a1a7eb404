"""Puts the trained parts into one folder that diffusers loads. Knows nothing about how they were trained."""

import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from training.noise import scheduler
from training.render import BACKGROUND_COLOURS, KINDS, MATERIALS, PRODUCT_COLOURS

NAME, VERSION, LICENCE = "studio-tiny", 1, "Apache-2.0"

README = """---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
---
# studio-tiny

A small latent diffusion model of product pictures, 256 x 256, made by the Packshot project. It was trained from nothing
on pictures that the project renders itself (`training/`), plus CC0 photos of clothing for the autoencoder only.
It knows these products: {kinds}. Anything else is outside what it can draw.

    from diffusers import StableDiffusionPipeline
    pipe = StableDiffusionPipeline.from_pretrained("studio-tiny")
    pipe("product photo of a red coffee mug on a white background", num_inference_steps=30).images[0]

The weights are stored in float16. Licence of the weights: Apache License 2.0. The model card is `docs/studio-tiny.md`
in the project's repository.
"""


def card() -> dict[str, object]:
    """What the model knows, for programs."""
    return {
        "name": NAME,
        "version": VERSION,
        "kinds": sorted(KINDS),
        "product_colours": sorted(PRODUCT_COLOURS),
        "background_colours": sorted(BACKGROUND_COLOURS),
        "materials": sorted(MATERIALS),
        "size_px": 256,
        "licence": LICENCE,
    }


def pipeline(
    vae: AutoencoderKL, text: CLIPTextModel, tokenizer: CLIPTokenizer, unet: UNet2DConditionModel
) -> StableDiffusionPipeline:
    """The parts as diffusers' own pipeline, without a safety checker: the model knows only products on paper."""
    return StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def write(folder: Path, pipe: StableDiffusionPipeline, tokenizer_files: Path) -> int:
    """Writes the folder and returns its size in bytes. The pipeline's weights become float16 here.

    `tokenizer_files` holds vocab.json and merges.txt, which older readers want beside tokenizer.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pipe.to(torch.float16).save_pretrained(folder, safe_serialization=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(tokenizer_files / name, folder / "tokenizer" / name)
    for config in folder.glob("*/config.json"):
        _clean(config)
    for weights in folder.rglob("*.safetensors"):
        weights.chmod(0o644)
    (folder / "packshot.json").write_text(json.dumps(card(), indent=2) + "\n")
    (folder / "README.md").write_text(README.format(kinds=", ".join(sorted(KINDS))))
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def _clean(config: Path) -> None:
    """Removes the path that a part was loaded from, and has transformers load float32 as diffusers does anyway."""
    values = json.loads(config.read_text())
    values.pop("_name_or_path", None)
    if "dtype" in values:
        values["dtype"] = "float32"
    config.write_text(json.dumps(values, indent=2) + "\n")

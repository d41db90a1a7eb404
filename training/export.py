"""Puts the trained parts into one folder that diffusers loads. Knows nothing about how they were trained."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from training.captions import COLOUR_WORDS, EXTRAS, GROUNDS, MATERIAL_WORDS, QUALITY, SHOTS, VIEW_WORDS, ZOOM_WORDS
from training.clip import SIDE, Pair
from training.noise import scheduler
from training.render import BACKGROUND_COLOURS, KINDS, MATERIALS, PRODUCT_COLOURS

NAME, VERSION, LICENCE = "studio-tiny", 2, "Apache-2.0"

PREPROCESSING = {
    "image_processor_type": "CLIPImageProcessor",
    "do_resize": True,
    "size": {"height": SIDE, "width": SIDE},
    "resample": 2,
    "do_center_crop": False,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "do_convert_rgb": True,
}
"""For transformers: 128 x 128 by the antialiased bilinear filter, -1..1."""

README = """---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
---
# studio-tiny

A small latent diffusion model of product pictures, 256 x 256, made by the Packshot project. It was trained from nothing
on pictures that the project renders itself (`training/`), plus CC0 photos of clothing, which it learns to leave alone.
It knows these products: {kinds}. Anything else is outside what it can draw.

    from diffusers import StableDiffusionPipeline
    pipe = StableDiffusionPipeline.from_pretrained("studio-tiny")
    pipe("product photo of a red coffee mug on a white background", num_inference_steps=30).images[0]

The weights are stored in float16. Licence of the weights: Apache License 2.0. The model card is `docs/studio-tiny.md`
in the project's repository.
"""


def knows() -> dict[str, object]:
    """The words that the captions taught it, for whoever warns of others."""
    colours = {*PRODUCT_COLOURS, *BACKGROUND_COLOURS, *(word for words in COLOUR_WORDS.values() for word in words)}
    said = [*QUALITY, *SHOTS, *GROUNDS, *EXTRAS, *(kind.straight for kind in KINDS.values()), "straight on", "details"]
    said += [word for table in (VIEW_WORDS, ZOOM_WORDS) for words in table.values() for word in words]
    return {
        "products": {short: [kind.name, *kind.synonyms] for short, kind in sorted(KINDS.items())},
        "colours": sorted(colours),
        "materials": sorted(word for words in MATERIAL_WORDS.values() for word in words),
        "phrases": sorted(set(said)),
    }


def card(scale: float, training: list[dict[str, object]], preview: dict[str, Any]) -> dict[str, object]:
    """What the model is, knows and was trained by, for programs.

    `scale` multiplies its cosines between words and pictures; `training` is one entry for each time it was trained;
    `preview` are the factors of `training.preview`.
    """
    return {
        "name": NAME,
        "version": VERSION,
        "kinds": sorted(KINDS),
        "product_colours": sorted(PRODUCT_COLOURS),
        "background_colours": sorted(BACKGROUND_COLOURS),
        "materials": sorted(MATERIALS),
        "size_px": 256,
        "licence": LICENCE,
        "clip": {
            "text": "text_encoder (pooler_output)",
            "image": "image_encoder (image_embeds)",
            "logit_scale": round(scale, 4),
        },
        "knows": knows(),
        "preview": preview,
        "training": training,
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


def training_of(folder: Path) -> list[dict[str, object]]:
    """How the model in a folder was trained, as far as it says so."""
    kept: list[dict[str, object]] = json.loads((folder / "packshot.json").read_text()).get("training", [])
    return kept


def write(
    folder: Path,
    pipe: StableDiffusionPipeline,
    pair: Pair,
    tokenizer_files: Path,
    training: list[dict[str, object]],
    preview: dict[str, Any],
) -> int:
    """Writes the folder and returns its size in bytes. The pipeline's weights become float16 here.

    The image tower lies beside the pipeline's parts, which do not need it. `tokenizer_files` holds vocab.json and
    merges.txt, which older readers want beside tokenizer.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pipe.to(torch.float16).save_pretrained(folder, safe_serialization=True)
    pair.image.to(torch.float16).save_pretrained(folder / "image_encoder", safe_serialization=True)
    (folder / "image_encoder" / "preprocessor_config.json").write_text(json.dumps(PREPROCESSING, indent=2) + "\n")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(tokenizer_files / name, folder / "tokenizer" / name)
    for config in folder.glob("*/config.json"):
        _clean(config)
    for weights in folder.rglob("*.safetensors"):
        weights.chmod(0o644)
    (folder / "packshot.json").write_text(json.dumps(card(float(pair.scale), training, preview), indent=2) + "\n")
    (folder / "README.md").write_text(README.format(kinds=", ".join(sorted(KINDS))))
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def _clean(config: Path) -> None:
    """Removes the path that a part was loaded from, and has transformers load float32 as diffusers does anyway."""
    values = json.loads(config.read_text())
    values.pop("_name_or_path", None)
    if "dtype" in values:
        values["dtype"] = "float32"
    config.write_text(json.dumps(values, indent=2) + "\n")

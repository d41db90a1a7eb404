"""Models of the shape of Stable Diffusion 1.5 or XL with random weights: they cost what the real ones cost.

Tokenizer and scheduler are borrowed from studio-tiny, so the pictures are noise. Written once into a folder.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch

from packshot.models import embedded_folder

SD15_UNET: dict[str, Any] = {
    "sample_size": 64,
    "cross_attention_dim": 768,
    "attention_head_dim": 8,
    "block_out_channels": (320, 640, 1280, 1280),
    "layers_per_block": 2,
}
SD_VAE: dict[str, Any] = {
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "latent_channels": 4,
    "sample_size": 512,
}


def sd15_shaped(folder: Path) -> Path:
    """A folder in diffusers' layout with the sizes of Stable Diffusion 1.5, float16 on disk (2.1 GB)."""
    import diffusers
    import transformers

    if (folder / "model_index.json").is_file():
        return folder
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    torch.manual_seed(0)
    text = transformers.CLIPTextConfig(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, projection_dim=768
    )
    parts = {
        "unet": diffusers.UNet2DConditionModel(**SD15_UNET),
        "vae": diffusers.AutoencoderKL(**SD_VAE),
        "text_encoder": transformers.CLIPTextModel(text),
    }
    for name, part in parts.items():
        part.half().save_pretrained(partial / name)
    for name in ("tokenizer", "scheduler"):
        shutil.copytree(embedded_folder() / name, partial / name)
    index = {
        "_class_name": "StableDiffusionPipeline",
        "_diffusers_version": diffusers.__version__,
        "feature_extractor": [None, None],
        "image_encoder": [None, None],
        "requires_safety_checker": False,
        "safety_checker": [None, None],
        "scheduler": ["diffusers", "EulerAncestralDiscreteScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    (partial / "model_index.json").write_text(json.dumps(index, indent=1), encoding="utf-8")
    partial.rename(folder)
    return folder

"""A tiny Stable Diffusion XL refiner: image-to-image only, the second text encoder alone, told an aesthetic score."""

from __future__ import annotations

from pathlib import Path

import torch

from tests.tiny_models import _text_config, _tiny_vae, _tokenizer, tiny_xl_unet, xl_scheduler


def save_tiny_refiner(folder: Path, *, seed: int = 0) -> Path:
    """Native side 64; time ids are height, width, crop and score: five numbers, where the base model has six."""
    from diffusers import StableDiffusionXLImg2ImgPipeline
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    torch.manual_seed(seed)
    _tokenizer(folder / "tokenizer_2")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer_2")
    StableDiffusionXLImg2ImgPipeline(
        unet=tiny_xl_unet(72, 32),
        vae=_tiny_vae(4),
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=CLIPTextModelWithProjection(_text_config(len(tokenizer), hidden_act="gelu", projection_dim=32)),
        tokenizer_2=tokenizer,
        scheduler=xl_scheduler(),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    ).save_pretrained(folder)
    return folder

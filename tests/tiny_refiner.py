"""A tiny Stable Diffusion XL refiner: image-to-image only, the second text encoder alone, told an aesthetic score."""

from __future__ import annotations

from pathlib import Path

import torch

from tests.tiny_models import _text_config, _tiny_vae, _tokenizer


def save_tiny_refiner(folder: Path, *, seed: int = 0) -> Path:
    """Native side 64; time ids are height, width, crop and score: five numbers, where the base model has six."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLImg2ImgPipeline, UNet2DConditionModel
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    torch.manual_seed(seed)
    _tokenizer(folder / "tokenizer_2")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer_2")
    StableDiffusionXLImg2ImgPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=2,
            sample_size=32,
            in_channels=4,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            attention_head_dim=(2, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 2),
            projection_class_embeddings_input_dim=72,
            cross_attention_dim=32,
            norm_num_groups=1,
        ),
        vae=_tiny_vae(4),
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=CLIPTextModelWithProjection(_text_config(len(tokenizer), hidden_act="gelu", projection_dim=32)),
        tokenizer_2=tokenizer,
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            steps_offset=1,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
        ),
        requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    ).save_pretrained(folder)
    return folder

"""Tiny models of real classes, saved to disk in diffusers' layout: what tests load instead of gigabytes."""

from __future__ import annotations

import json
from pathlib import Path

import torch

WORDS = [
    "a", "an", "of", "on", "the", "photo", "product", "shoes", "running", "pair", "white", "black",
    "background", "studio", "lighting", "soft", "shadow", "very", "sharp", "text", "watermark", "logo",
    "low", "quality", "blurry", "deformed", "red", "mug",
]  # fmt: skip


def _tokenizer(folder: Path) -> None:
    """A CLIP tokenizer of bytes and a few words: any text can be tokenised."""
    from tokenizers.pre_tokenizers import ByteLevel

    alphabet = sorted(ByteLevel.alphabet())
    vocabulary = [*alphabet, *(letter + "</w>" for letter in alphabet)]
    merges: list[str] = []
    for word in WORDS:
        left = word[0] if len(word) > 1 else ""
        for position, letter in enumerate(word[1:], 1):
            right = letter + ("</w>" if position == len(word) - 1 else "")
            merge = f"{left} {right}"
            if merge not in merges:
                merges.append(merge)
                vocabulary.append(left + right)
            left += right
    vocabulary = list(dict.fromkeys(vocabulary))
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(vocabulary)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77}), encoding="utf-8"
    )


def _text_config(vocabulary: int, **extra: object):
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1,
        **extra,
    )


def save_tiny_sd(
    folder: Path, *, prediction: str = "epsilon", seed: int = 0, latent_channels: int = 4, extra_channels: int = 0
) -> Path:
    """A Stable Diffusion 1.x (epsilon) or 2.x (v_prediction) pipeline of a few thousand weights, native side 64.

    With five `extra_channels` it is an inpainting model.
    """
    from diffusers import (
        AutoencoderKL,
        PNDMScheduler,
        StableDiffusionInpaintPipeline,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextModel, CLIPTokenizer

    torch.manual_seed(seed)
    _tokenizer(folder / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=latent_channels + extra_channels,
        out_channels=latent_channels,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=8,
        use_linear_projection=prediction == "v_prediction",
    )
    pipeline_class = StableDiffusionInpaintPipeline if extra_channels else StableDiffusionPipeline
    pipeline = pipeline_class(
        unet=unet,
        vae=_tiny_vae(latent_channels),
        text_encoder=CLIPTextModel(_text_config(len(tokenizer))),
        tokenizer=tokenizer,
        scheduler=PNDMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            skip_prk_steps=True,
            set_alpha_to_one=False,
            steps_offset=1,
            prediction_type=prediction,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    assert isinstance(pipeline.vae, AutoencoderKL)
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_sdxl(folder: Path, *, seed: int = 0, extra_channels: int = 0) -> Path:
    """A Stable Diffusion XL pipeline of a few thousand weights, native side 64; `extra_channels` as above."""
    from diffusers import StableDiffusionXLInpaintPipeline, StableDiffusionXLPipeline
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    torch.manual_seed(seed)
    _tokenizer(folder / "tokenizer")
    _tokenizer(folder / "tokenizer_2")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    pipeline_class = StableDiffusionXLInpaintPipeline if extra_channels else StableDiffusionXLPipeline
    pipeline = pipeline_class(
        unet=tiny_xl_unet(80, 64, extra_channels),
        vae=_tiny_vae(4),
        text_encoder=CLIPTextModel(_text_config(len(tokenizer), hidden_act="gelu", projection_dim=32)),
        text_encoder_2=CLIPTextModelWithProjection(_text_config(len(tokenizer), hidden_act="gelu", projection_dim=32)),
        tokenizer=tokenizer,
        tokenizer_2=CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
        scheduler=xl_scheduler(),
        add_watermarker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def tiny_xl_unet(projection: int, width: int, extra_channels: int = 0):
    """`projection`: width of pooled text and time ids together; `width`: of the text's tokens."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=2,
        sample_size=32,
        in_channels=4 + extra_channels,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=projection,
        cross_attention_dim=width,
        norm_num_groups=1,
    )


def xl_scheduler():
    """As Stable Diffusion XL has it."""
    from diffusers import EulerDiscreteScheduler

    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        steps_offset=1,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
    )


def _tiny_vae(latent_channels: int, **extra: float):
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=[32, 64],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D"],
        up_block_types=["UpDecoderBlock2D", "UpDecoderBlock2D"],
        latent_channels=latent_channels,
        **extra,
    )

"""Tiny transformer models of real classes, saved to disk in diffusers' layout: native side 64 or 128 pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.tiny_models import WORDS, _text_config, _tiny_vae, _tokenizer

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def save_tiny_sd3(folder: Path, *, t5: bool = True, seed: int = 0) -> Path:
    """Stable Diffusion 3: two CLIP encoders and T5."""
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline
    from transformers import CLIPTextModelWithProjection

    torch.manual_seed(seed)
    clips = [_clip(folder / name) for name in ("tokenizer", "tokenizer_2")]
    config = _text_config(len(clips[0]), hidden_act="gelu", projection_dim=32)
    t5_tokenizer = _t5_tokenizer() if t5 else None
    StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=32,
            patch_size=1,
            in_channels=4,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=32,
            caption_projection_dim=32,
            pooled_projection_dim=64,
            out_channels=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(4),
        text_encoder=CLIPTextModelWithProjection(config),
        tokenizer=clips[0],
        text_encoder_2=CLIPTextModelWithProjection(config),
        tokenizer_2=clips[1],
        text_encoder_3=_t5(t5_tokenizer) if t5_tokenizer is not None else None,
        tokenizer_3=t5_tokenizer,
    ).save_pretrained(folder)
    return folder


def save_tiny_flux(folder: Path, *, guided: bool, seed: int = 0) -> Path:
    """FLUX: `guided` as dev, which takes its guidance as an input; else as schnell."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
    from transformers import CLIPTextModel

    torch.manual_seed(seed)
    clip, t5 = _clip(folder / "tokenizer"), _t5_tokenizer()
    FluxPipeline(
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=guided,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=guided, shift=3.0 if guided else 1.0),
        vae=_vae(4),
        text_encoder=CLIPTextModel(_text_config(len(clip), hidden_act="gelu", projection_dim=32)),
        tokenizer=clip,
        text_encoder_2=_t5(t5),
        tokenizer_2=t5,
    ).save_pretrained(folder)
    return folder


def save_tiny_sana(folder: Path, *, seed: int = 0) -> Path:
    """Sana: a deep-compression autoencoder, a Gemma text encoder, linear attention."""
    from diffusers import AutoencoderDC, DPMSolverMultistepScheduler, SanaPipeline, SanaTransformer2DModel
    from transformers import Gemma2Config, Gemma2Model

    torch.manual_seed(seed)
    tokenizer = _gemma_tokenizer()
    text = Gemma2Config(
        head_dim=16,
        hidden_size=8,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=1,
        num_key_value_heads=1,
        query_pre_attn_scalar=16,
        vocab_size=len(tokenizer),
    )
    SanaPipeline(
        transformer=SanaTransformer2DModel(
            patch_size=1,
            in_channels=4,
            out_channels=4,
            num_layers=1,
            num_attention_heads=2,
            attention_head_dim=4,
            num_cross_attention_heads=2,
            cross_attention_head_dim=4,
            cross_attention_dim=8,
            caption_channels=8,
            sample_size=32,
        ),
        vae=AutoencoderDC(
            in_channels=3,
            latent_channels=4,
            attention_head_dim=2,
            encoder_block_types=("ResBlock", "EfficientViTBlock"),
            decoder_block_types=("ResBlock", "EfficientViTBlock"),
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            encoder_qkv_multiscales=((), (5,)),
            decoder_qkv_multiscales=((), (5,)),
            encoder_layers_per_block=(1, 1),
            decoder_layers_per_block=[1, 1],
            downsample_block_type="conv",
            upsample_block_type="interpolate",
            decoder_norm_types="rms_norm",
            decoder_act_fns="silu",
            scaling_factor=0.41407,
        ),
        text_encoder=Gemma2Model(text),
        tokenizer=tokenizer,
        scheduler=DPMSolverMultistepScheduler(
            algorithm_type="dpmsolver++",
            prediction_type="flow_prediction",
            use_flow_sigmas=True,
            flow_shift=3.0,
        ),
    ).save_pretrained(folder)
    return folder


def save_tiny_pixart(folder: Path, *, sigma: bool, seed: int = 0) -> Path:
    """PixArt alpha or sigma: an epsilon model with T5."""
    import diffusers

    torch.manual_seed(seed)
    tokenizer = _t5_tokenizer()
    pipeline_class: Any = diffusers.PixArtSigmaPipeline if sigma else diffusers.PixArtAlphaPipeline
    pipeline_class(
        transformer=diffusers.PixArtTransformer2DModel(
            sample_size=32,
            num_layers=1,
            patch_size=2,
            attention_head_dim=8,
            num_attention_heads=2,
            caption_channels=32,
            in_channels=4,
            cross_attention_dim=16,
            out_channels=8,
            norm_type="ada_norm_single",
            norm_elementwise_affine=False,
            norm_eps=1e-6,
            use_additional_conditions=False,
        ),
        vae=_vae(4),
        text_encoder=_t5(tokenizer),
        tokenizer=tokenizer,
        scheduler=diffusers.DPMSolverMultistepScheduler(),
    ).save_pretrained(folder)
    return folder


def save_tiny_qwen_image(folder: Path, *, seed: int = 0) -> Path:
    """Qwen-Image: a Qwen2.5-VL text encoder and a causal video autoencoder for one frame."""
    import diffusers
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    torch.manual_seed(seed)
    tokenizer = _qwen_tokenizer()
    config = Qwen2_5_VLConfig(
        text_config={
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
            "rope_theta": 1000000.0,
            "vocab_size": len(tokenizer),
        },
        vision_config={
            "depth": 2,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": 16,
        },
        hidden_size=16,
        vision_start_token_id=len(tokenizer),
        image_token_id=len(tokenizer) + 1,
        video_token_id=len(tokenizer) + 2,
    )
    diffusers.QwenImagePipeline(
        transformer=diffusers.QwenImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            out_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            guidance_embeds=False,
            axes_dims_rope=(8, 4, 4),
        ),
        vae=diffusers.AutoencoderKLQwenImage(
            base_dim=24,
            z_dim=4,
            dim_mult=[1, 2, 4],
            num_res_blocks=1,
            temperal_downsample=[False, True],
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        text_encoder=Qwen2_5_VLForConditionalGeneration(config),
        tokenizer=tokenizer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    ).save_pretrained(folder)
    return folder


def save_tiny_z_image(folder: Path, *, seed: int = 0) -> Path:
    """Z-Image: a Qwen3 text encoder behind a chat template."""
    import diffusers
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(seed)
    tokenizer = _qwen_tokenizer()
    diffusers.ZImagePipeline(
        transformer=diffusers.ZImageTransformer2DModel(
            all_patch_size=(2,),
            all_f_patch_size=(1,),
            in_channels=4,
            dim=32,
            n_layers=1,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            norm_eps=1e-5,
            qk_norm=True,
            cap_feat_dim=16,
            rope_theta=256.0,
            t_scale=1000.0,
            axes_dims=[8, 4, 4],
            axes_lens=[1024, 64, 64],
        ),
        vae=_vae(4),
        text_encoder=Qwen3Model(
            Qwen3Config(
                hidden_size=16,
                intermediate_size=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=2,
                head_dim=8,
                vocab_size=len(tokenizer),
                max_position_embeddings=1024,
            )
        ),
        tokenizer=tokenizer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    ).save_pretrained(folder)
    return folder


SAVED: dict[str, Callable[[Path], Path]] = {
    "sd3": save_tiny_sd3,
    "flux-dev": lambda folder: save_tiny_flux(folder, guided=True),
    "flux-schnell": lambda folder: save_tiny_flux(folder, guided=False),
    "sana": save_tiny_sana,
    "pixart-alpha": lambda folder: save_tiny_pixart(folder, sigma=False),
    "pixart-sigma": lambda folder: save_tiny_pixart(folder, sigma=True),
    "qwen-image": save_tiny_qwen_image,
    "z-image": save_tiny_z_image,
}
"""Every transformer family, by a name for tests."""


def _clip(folder: Path) -> Any:
    from transformers import CLIPTokenizer

    _tokenizer(folder)
    return CLIPTokenizer.from_pretrained(folder)


def _vae(latent_channels: int) -> Any:
    return _tiny_vae(latent_channels, shift_factor=0.0609, scaling_factor=1.5035)


def _t5(tokenizer: Any) -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(
        T5Config(vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, dropout_rate=0.0)
    )


def pieces() -> list[tuple[str, float]]:
    """A vocabulary of letters and a few words, as sentencepiece has it: piece and log probability."""
    letters = [chr(code) for code in range(33, 127)]
    return [
        ("<pad>", 0.0),
        ("</s>", 0.0),
        ("<unk>", 0.0),
        ("▁", -2.0),
        *((letter, -6.0) for letter in letters),
        *((f"▁{word}", -4.0) for word in WORDS),
    ]


def _t5_tokenizer() -> Any:
    from transformers import T5TokenizerFast

    return T5TokenizerFast(vocab=pieces(), extra_ids=0, model_max_length=512)


def _gemma_tokenizer() -> Any:
    from transformers import GemmaTokenizerFast

    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    letters = ["▁", "\n", *(chr(code) for code in range(33, 127))]
    vocabulary = {token: number for number, token in enumerate([*special, *letters])}
    return GemmaTokenizerFast(vocab=vocabulary, merges=[])


def _qwen_tokenizer() -> Any:
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import Qwen2Tokenizer

    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocabulary = {token: number for number, token in enumerate([*sorted(ByteLevel.alphabet()), *special])}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=[], extra_special_tokens=special[1:])
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer

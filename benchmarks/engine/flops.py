"""How much a denoiser call computes, counted and not timed: on torch's meta device nothing is calculated."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

TOKENS = 77


def call_gflop(unet_config: dict[str, Any], rows: int, latents: tuple[int, int]) -> float:
    """GFLOP of one call of `rows` rows on (h, w) latents: products, convolutions, attention; a multiply-add is two."""
    import diffusers

    with torch.device("meta"):
        unet: Any = diffusers.UNet2DConditionModel.from_config(unet_config)
        sample = torch.zeros(rows, unet.config.in_channels, *latents)
        width = unet.config.cross_attention_dim
        text = torch.zeros(rows, TOKENS, width if isinstance(width, int) else width[0])
        arguments = {"added_cond_kwargs": _sdxl_extras(unet, rows)} if unet.config.addition_embed_type else {}
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
        unet(sample, torch.zeros(rows, device="meta"), encoder_hidden_states=text, **arguments)
    return float(counter.get_total_flops()) / 1e9


def _sdxl_extras(unet: Any, rows: int) -> dict[str, torch.Tensor]:
    pooled = unet.config.projection_class_embeddings_input_dim - 6 * unet.config.addition_time_embed_dim
    return {"text_embeds": torch.zeros(rows, pooled), "time_ids": torch.zeros(rows, 6)}

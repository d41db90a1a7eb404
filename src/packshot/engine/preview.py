"""A small picture out of latents, by one linear map: what a run is becoming, for next to nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from packshot.models import PreviewFactors
from packshot.result import Pixels

GENERIC: Final = PreviewFactors(
    matrix=((0.149, 0.1035, 0.104), (0.0935, 0.143, 0.0865), (-0.079, 0.0945, 0.132), (-0.092, -0.1355, -0.2365)),
    bias=(0.5, 0.5, 0.5),
)
"""Fitted by Kevin Turner to Stable Diffusion 1.4, halved for colours from 0 to 1; rough for other 4-channel latents.
Source: discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204."""


def preview(latents: torch.Tensor, factors: PreviewFactors | None) -> Pixels | None:
    """(1, C, h, w) as the denoiser has them → (h, w, 3), or None without factors for this number of channels."""
    factors = factors or GENERIC
    if latents.shape[1] != len(factors.matrix):
        return None
    values = latents[0].float().cpu().permute(1, 2, 0).numpy()
    colours = values @ np.asarray(factors.matrix, np.float32) + np.asarray(factors.bias, np.float32)
    pixels: Pixels = np.round(np.nan_to_num(np.clip(colours, 0.0, 1.0)) * 255).astype(np.uint8)
    return pixels

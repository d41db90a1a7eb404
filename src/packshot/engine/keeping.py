"""Masked denoising: after each step the kept region is the source's again, under that step's noise.

So the denoiser sees the product at every step and fits the rest to it, without having been trained for it (Lugmayr et
al.: RePaint, arXiv:2201.09865, Eq. 8, without its jumps; the same arithmetic as diffusers' inpainting pipeline for a
denoiser of four channels). Each run has its own mask and noise: nothing of it depends on the runs beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from packshot.product import Alpha

COVERED: Final = 128
"""Alpha from which a pixel belongs to the product."""


@dataclass(frozen=True, slots=True, eq=False)
class Keeping:
    """`source` and `noise` (1, C, h, w); `free` (1, 1, h, w) is 1 where the picture is made anew and 0 where kept."""

    source: torch.Tensor
    noise: torch.Tensor
    free: torch.Tensor

    def restored(self, latents: torch.Tensor, scheduler: Any, timestep: torch.Tensor | None) -> torch.Tensor:
        """Latents (1, C, h, w) after a step, with the source's in the kept region; `timestep` is the next call's.

        None after the last one, where the source is kept without noise.
        """
        kept = self.source
        if timestep is not None:
            kept = scheduler.add_noise(self.source, self.noise, torch.tensor([timestep]))
        return (1 - self.free) * kept + self.free * latents


def free_region(alpha: Alpha, scale: int, device: str, dtype: torch.dtype) -> torch.Tensor:
    """(1, 1, H / scale, W / scale) from a product's alpha (H, W): a latent is kept where all its pixels are product's.

    A latent at the edge shows ground too, which shall be new: it is made anew, and the product's pixels are put back.
    """
    height, width = alpha.shape
    blocks = (alpha >= COVERED).reshape(height // scale, scale, width // scale, scale)
    free = ~blocks.all(axis=(1, 3))
    return torch.from_numpy(free.astype(np.float32))[None, None].to(device=device, dtype=dtype)

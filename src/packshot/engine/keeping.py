"""Masked denoising: after each step the kept region is the source's again, under that step's noise.

So the denoiser sees the product at every step and fits the rest to it, without having been trained for it (Lugmayr et
al.: RePaint, arXiv:2201.09865, Eq. 8, without its jumps; the same arithmetic as diffusers' inpainting pipeline for a
denoiser of four channels). Each run has its own mask and noise: nothing of it depends on the runs beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import torch

from packshot.product import Alpha

MARGIN: Final = 1
"""Latents around the product that are kept too, with what the scene begins with. A model that may paint right up to a
product paints a second one around it; with one latent between it stays away (looked at, docs/lock.md)."""


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
    """(1, 1, H / scale, W / scale) from a product's alpha (H, W): kept is what shows any of it, and a margin."""
    height, width = alpha.shape
    shown = (alpha > 0).reshape(height // scale, scale, width // scale, scale).any(axis=(1, 3))
    kept = cv2.dilate(np.asarray(shown, dtype=np.uint8), np.ones((2 * MARGIN + 1, 2 * MARGIN + 1), np.uint8))
    return torch.from_numpy(1.0 - kept.astype(np.float32))[None, None].to(device=device, dtype=dtype)

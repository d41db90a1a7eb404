"""What an inpainting model is shown at every step beside the noisy latents: where to paint, and what is there already.

Its denoiser was trained with these as further channels (Rombach et al.: Latent Diffusion, arXiv:2112.10752, on
inpainting; the nine channels are those of Stable Diffusion's inpainting models): latents, mask, latents of the picture
with grey where it shall be painted. So nothing has to be put back between steps, as `keeping` does for other models.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image

from packshot.engine import noise
from packshot.engine.schedule import Schedule
from packshot.product import HALF, PlacedProduct
from packshot.result import Pixels


def paintable(product: PlacedProduct) -> torch.Tensor:
    """(1, 1, H, W): 1 where the scene is made, 0 where half or more of the product covers the pixel."""
    covered = product.over_all(product.alpha) >= HALF
    return torch.from_numpy(1.0 - covered.astype(np.float32))[None, None]


def hidden_moments(pipeline: Any, source: Pixels, mask: torch.Tensor, device: str, dtype: torch.dtype) -> torch.Tensor:
    """Moments (1, 2C, h, w) of the source (H, W, 3) with middle grey where `mask` (1, 1, H, W) is 1."""
    image = pipeline.image_processor.preprocess(Image.fromarray(source)) * (mask < 0.5)
    return noise.moments_of(pipeline, image, device, dtype)


def start_inpainting(
    pipeline: Any,
    shown: torch.Tensor,
    mask: torch.Tensor,
    source: torch.Tensor | None,
    schedule: Schedule,
    generator: torch.Generator,
    dtype: torch.dtype,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the run begins, (1, C, h, w), and what its denoiser is shown beside it, (1, 1 + C, h, w).

    `shown` and `source` are moments (1, 2C, h, w), `mask` (1, 1, H, W); without `source` it begins at noise alone. What
    is drawn, and in which order, is what diffusers' inpainting pipelines draw.
    """
    begun = None if source is None else noise.sampled(pipeline, source, generator, dtype).contiguous()
    shape = (shown.shape[0], shown.shape[1] // 2, *shown.shape[2:])
    drawn = noise.draw(shape, generator, str(shown.device), dtype)
    visible = noise.sampled(pipeline, shown, generator, dtype)
    # by nearest neighbours, as in training: each latent's first pixel
    scale = mask.shape[-1] // shape[-1]
    small = mask[..., ::scale, ::scale].to(device=visible.device, dtype=dtype)
    if begun is None:
        latents = drawn * schedule.scheduler.init_noise_sigma
    else:
        latents = schedule.scheduler.add_noise(begun, drawn, schedule.timesteps[:1])
    return latents, torch.cat([small, visible], dim=1)

"""Pictures as a diffusion model's decoder would show them: once through studio-tiny's autoencoder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import packshot
from benchmarks.evidence.case import Case
from packshot.result import Pixels

MODEL = Path(packshot.__file__).parent / "data" / "models" / "studio-tiny"


def softened(seed: int, size: int, draw: Callable[[int, int], Case]) -> Case:
    """What `draw` draws, encoded (the posterior's mean) and decoded."""
    case = draw(seed, size)
    return replace(case, pixels=through(case.pixels))


def through(pixels: Pixels) -> Pixels:
    """A picture (H, W, 3), encoded and decoded again."""
    import torch

    scaled = torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)[None]
    with torch.inference_mode():
        autoencoder = _autoencoder()
        decoded = autoencoder.decode(autoencoder.encode(scaled).latent_dist.mean).sample
    shown = (decoded[0].permute(1, 2, 0).numpy() + 1.0) * 127.5
    return np.asarray(np.clip(np.round(shown), 0.0, 255.0), dtype=np.uint8)


@cache
def _autoencoder() -> Any:
    import torch
    from diffusers import AutoencoderKL

    torch.set_num_threads(1)
    return AutoencoderKL.from_pretrained(MODEL / "vae").eval()

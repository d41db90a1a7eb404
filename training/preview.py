"""Fits the linear map from latents to colours that previews use. Knows nothing about denoising."""

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray

from training.autoencoder import to_tensor


@torch.no_grad()
def fit(vae: AutoencoderKL, pictures: NDArray[np.uint8]) -> dict[str, list[list[float]] | list[float]]:
    """Least squares from latents to the picture at their size: `matrix` (C, 3) and `bias` (3,), colours from 0 to 1."""
    latents, colours = [], []
    for picture in pictures:
        z = vae.encode(to_tensor(picture[None])).latent_dist.mean * vae.config.scaling_factor
        side = z.shape[-1]
        block = picture.shape[0] // side
        latents.append(z[0].permute(1, 2, 0).reshape(-1, z.shape[1]).cpu().double().numpy())
        colours.append(picture.reshape(side, block, side, block, 3).mean((1, 3)).reshape(-1, 3) / 255.0)
    known = np.concatenate(latents)
    solution, *_ = np.linalg.lstsq(np.c_[known, np.ones(len(known))], np.concatenate(colours), rcond=None)
    return {"matrix": solution[:-1].round(4).tolist(), "bias": solution[-1].round(4).tolist()}

"""A model's native side and the multiples that its sides must be, from its configuration. Pure: numbers in and out."""

from __future__ import annotations

import math
from typing import Any

from packshot.models.families import Family


def geometry(family: Family, denoiser: dict[str, Any], vae: dict[str, Any]) -> tuple[int, int]:
    """(native side, multiple), both in pixels, from the configurations of denoiser and autoencoder."""
    scale = vae_scale(vae)
    sample = family.side_latent or denoiser.get("sample_size") or 64
    side = int(sample if isinstance(sample, int) else sample[0]) * scale
    patch = 1 if family.batched else _patch(family, denoiser)
    return side, math.lcm(scale * patch, family.multiple_px)


def vae_scale(vae: dict[str, Any]) -> int:
    """Pixels of a side for one latent: each level of the autoencoder but one halves the picture."""
    if "temperal_downsample" in vae:  # Qwen-Image's name for it
        return int(2 ** len(vae["temperal_downsample"]))
    levels = vae.get("block_out_channels") or vae.get("encoder_block_out_channels") or [0]
    return int(2 ** (len(levels) - 1))


def latent_channels(denoiser: dict[str, Any], vae: dict[str, Any]) -> int:
    """Channels of the latents: the denoiser's own unless it takes them packed into patches."""
    return int(vae.get("z_dim") or vae.get("latent_channels") or denoiser.get("in_channels", 4))


def _patch(family: Family, denoiser: dict[str, Any]) -> int:
    """Of FLUX, Qwen-Image and Z-Image the pipeline packs 2×2, whatever the configuration's `patch_size` says."""
    if family.side_latent is not None:
        return family.patch
    return int(denoiser.get("patch_size") or family.patch)

"""Latents to pixels, and the picture's first examination by the model's own means: NaN and safety checker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from packshot.engine.decoder import Decoder
from packshot.errors import EngineError
from packshot.result import Pixels


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels (H, W, 3), what the safety checker said (none, passed), and notes for the record."""

    pixels: Pixels
    safety_checker: str
    notes: tuple[str, ...]


def decode(pipeline: Any, latents: torch.Tensor, generator: torch.Generator, decoder: Decoder | None = None) -> Decoded:
    """(1, C, h, w) → pixels, by another `decoder` than diffusers' where there is one.

    A NaN in half precision is decoded again in float32.

    Raises EngineError: `picture.nan` where float32 does not help, `picture.blocked` by the safety checker.
    """
    if not bool(torch.isfinite(latents).all()):
        raise EngineError(
            "picture.nan",
            "the denoiser gave numbers that are not a picture",
            hint="try --precision float32, or another scheduler",
        )
    notes: list[str] = []
    vae = pipeline.vae
    image = _decode(vae, latents, generator) if decoder is None else decoder(_unscaled(vae, latents))
    rounded = decoder is not None or latents.dtype != torch.float32
    if not bool(torch.isfinite(image).all()) and rounded:
        notes.append("the decoder gave NaN in half precision; decoded again in float32")
        image = _decode_in_float32(vae, latents, generator)
    if not bool(torch.isfinite(image).all()):
        raise EngineError("picture.nan", "the decoder gave numbers that are not a picture")
    checked = _safety(pipeline, image)
    array = pipeline.image_processor.postprocess(image, output_type="np")[0]
    return Decoded(np.round(array * 255).astype(np.uint8), checked, tuple(notes))


def _decode(vae: Any, latents: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    if vae.dtype == torch.float16 and getattr(vae.config, "force_upcast", False):
        return _decode_in_float32(vae, latents, generator)
    image: torch.Tensor = vae.decode(_unscaled(vae, latents), return_dict=False, generator=generator)[0]
    return image


def _decode_in_float32(vae: Any, latents: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    dtype = vae.dtype
    vae.to(dtype=torch.float32)
    try:
        image: torch.Tensor = vae.decode(_unscaled(vae, latents.float()), return_dict=False, generator=generator)[0]
    finally:
        vae.to(dtype=dtype)
    return image


def _unscaled(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    if mean is None or deviation is None:
        plain: torch.Tensor = latents / vae.config.scaling_factor
        return plain
    shape = (1, latents.shape[1], 1, 1)
    offset = torch.tensor(mean, device=latents.device, dtype=latents.dtype).view(shape)
    spread = torch.tensor(deviation, device=latents.device, dtype=latents.dtype).view(shape)
    whitened: torch.Tensor = latents * spread / vae.config.scaling_factor + offset
    return whitened


def _safety(pipeline: Any, image: torch.Tensor) -> str:
    if getattr(pipeline, "safety_checker", None) is None:
        return "none"
    _, blocked = pipeline.run_safety_checker(image.clone(), image.device, pipeline.unet.dtype)
    if any(blocked):
        raise EngineError(
            "picture.blocked",
            "the model's safety checker blocked the picture",
            hint="change the prompt or the seed; the checker stays on",
        )
    return "passed"

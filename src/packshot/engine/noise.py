"""Where a run starts: noise from its own CPU generator, for image-to-image on top of its source's latents.

Every run has a new generator, seeded with its seed: no run depends on the one before it, and the same seed gives the
same noise on every device.
"""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image

from packshot.engine.schedule import Schedule
from packshot.resolve import Order
from packshot.result import Pixels


def new_generator(seed: int) -> torch.Generator:
    """A CPU generator of a run's own."""
    return torch.Generator(device="cpu").manual_seed(seed)


def draw(shape: tuple[int, ...], generator: torch.Generator, device: str, dtype: torch.dtype) -> torch.Tensor:
    """Standard normal noise drawn on the CPU, then moved."""
    return torch.randn(shape, generator=generator, device="cpu", dtype=dtype).to(device)


def latent_shape(pipeline: Any, order: Order) -> tuple[int, int, int, int]:
    """(1, C, H / scale, W / scale)."""
    intent, scale = order.resolved.intent, order.model.description.multiple_px
    return (1, int(pipeline.unet.config.in_channels), intent.height // scale, intent.width // scale)


def start_from_noise(
    pipeline: Any, order: Order, schedule: Schedule, generator: torch.Generator, dtype: torch.dtype
) -> torch.Tensor:
    """Text-to-image: noise at the scheduler's first sigma. (1, C, h, w)."""
    noise = draw(latent_shape(pipeline, order), generator, order.resolved.execution.device, dtype)
    latents: torch.Tensor = noise * schedule.scheduler.init_noise_sigma
    return latents


def source_moments(pipeline: Any, source: Pixels, device: str, dtype: torch.dtype) -> torch.Tensor:
    """Mean and log variance of the source's posterior, (1, 2C, h, w): shared by all runs from this source."""
    # the processor's memory layout decides which convolution kernel runs, and with it the last bits
    return moments_of(pipeline, pipeline.image_processor.preprocess(Image.fromarray(source)), device, dtype)


def moments_of(pipeline: Any, image: torch.Tensor, device: str, dtype: torch.dtype) -> torch.Tensor:
    """Mean and log variance of the posterior, (1, 2C, h, w), of an image (1, 3, H, W) from -1 to 1."""
    vae = pipeline.vae
    if _upcasts(pipeline, dtype):
        vae.to(dtype=torch.float32)
        try:
            moments = vae.encode(image.to(device=device, dtype=torch.float32)).latent_dist.parameters
        finally:
            vae.to(dtype=dtype)
    else:
        moments = vae.encode(image.to(device=device, dtype=dtype)).latent_dist.parameters
    result: torch.Tensor = moments
    return result


def start_from_source(
    pipeline: Any, moments: torch.Tensor, schedule: Schedule, generator: torch.Generator, dtype: torch.dtype
) -> torch.Tensor:
    """Image-to-image: the run's own sample of the posterior, then its noise, in the order of diffusers' pipeline."""
    latents = sampled(pipeline, moments, generator, dtype)
    noise = draw(tuple(latents.shape), generator, str(latents.device), dtype)
    noised: torch.Tensor = schedule.scheduler.add_noise(latents, noise, schedule.timesteps[:1])
    return noised


def start_around_source(
    pipeline: Any,
    moments: torch.Tensor,
    schedule: Schedule,
    generator: torch.Generator,
    dtype: torch.dtype,
    *,
    from_noise: bool,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A product lock: where the run begins, the source's latents, and the noise; (1, C, h, w) each.

    Strength 1 begins `from_noise` alone. What is drawn, and in which order, is what diffusers' inpainting pipeline
    draws: it samples the masked source too, which only denoisers of nine channels look at (`inpainting`).
    """
    # the layout decides which kernels run: that pipeline copies the latents, which come channels-last
    latents = sampled(pipeline, moments, generator, dtype).contiguous()
    noise = draw(tuple(latents.shape), generator, str(latents.device), dtype)
    draw(tuple(latents.shape), generator, str(moments.device), moments.dtype)
    if from_noise:
        return noise * schedule.scheduler.init_noise_sigma, latents, noise
    return schedule.scheduler.add_noise(latents, noise, schedule.timesteps[:1]), latents, noise


def sampled(pipeline: Any, moments: torch.Tensor, generator: torch.Generator, dtype: torch.dtype) -> torch.Tensor:
    """A run's own sample of the source's posterior, as the denoiser takes it."""
    mean, log_variance = torch.chunk(moments, 2, dim=1)
    deviation = torch.exp(0.5 * torch.clamp(log_variance, -30.0, 20.0))
    sample = mean + deviation * draw(tuple(mean.shape), generator, str(mean.device), mean.dtype)
    return _scaled(pipeline.vae, sample.to(dtype))


def _scaled(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    if mean is None or deviation is None:
        scaled: torch.Tensor = vae.config.scaling_factor * latents
        return scaled
    shape = (1, latents.shape[1], 1, 1)
    offset = torch.tensor(mean, device=latents.device, dtype=latents.dtype).view(shape)
    spread = torch.tensor(deviation, device=latents.device, dtype=latents.dtype).view(shape)
    whitened: torch.Tensor = (latents - offset) * vae.config.scaling_factor / spread
    return whitened


def _upcasts(pipeline: Any, dtype: torch.dtype) -> bool:
    """SDXL's autoencoder overflows in half precision and says so in its configuration, which its pipeline heeds."""
    is_xl = getattr(pipeline, "text_encoder_2", None) is not None
    return is_xl and dtype != torch.float32 and bool(getattr(pipeline.vae.config, "force_upcast", False))

"""The noise schedule: Stable Diffusion's, bent so that the last step holds no picture (arXiv:2305.08891)."""

import torch
from diffusers import EulerAncestralDiscreteScheduler
from torch import Tensor

STEPS = 1000
TERMINAL = 2.0**-24
"""What is left of the signal's power at the last step: not quite zero, because samplers divide by it."""


def signal_powers() -> Tensor:
    """(1000,) float64 cumulative alphas from almost 1 down to `TERMINAL`."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
    root = (1.0 - betas).cumprod(0).sqrt()
    first, last = root[0].clone(), root[-1].clone()
    power = ((root - last) * first / (first - last)) ** 2
    power[-1] = TERMINAL
    return power


def betas() -> list[float]:
    """The schedule as `trained_betas`, which every scheduler of diffusers takes."""
    power = signal_powers()
    alphas = torch.cat([power[:1], power[1:] / power[:-1]])
    return [float(b) for b in 1.0 - alphas]


def scheduler() -> EulerAncestralDiscreteScheduler:
    """The model's default scheduler; its configuration carries the schedule to every other.

    The last three entries mean nothing to this one, but it keeps them for those that a user switches to: latents
    reach beyond 1, so DDIM and DDPM must not clip them.
    """
    return EulerAncestralDiscreteScheduler.from_config(
        {
            "num_train_timesteps": STEPS,
            "trained_betas": betas(),
            "prediction_type": "v_prediction",
            "timestep_spacing": "trailing",
            "steps_offset": 1,
            "clip_sample": False,
            "set_alpha_to_one": False,
            "skip_prk_steps": True,
        }
    )

"""The denoiser in torch: the anchor, equal to diffusers' own pipeline bit for bit."""

from __future__ import annotations

from typing import Any

import torch

from packshot.engine.conditioning import Conditioning


class TorchDenoiser:
    """Calls a diffusers UNet."""

    def __init__(self, unet: Any) -> None:
        self._unet = unet

    @property
    def threads(self) -> int:
        """Those of the process."""
        return torch.get_num_threads()

    def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> torch.Tensor:
        """The prediction for each row."""
        prediction: torch.Tensor = self._unet(
            latents,
            timesteps,
            encoder_hidden_states=conditioning.embeddings,
            timestep_cond=conditioning.timestep_condition,
            added_cond_kwargs=conditioning.added,
            return_dict=False,
        )[0]
        return prediction

"""From a diffusers UNet to an OpenVINO model with open shapes. Knows nothing about caches, runs or precision."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser.openvino_library import import_openvino

EXAMPLE_ROWS = 2


def named_inputs(latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> dict[str, torch.Tensor]:
    """The inputs of a denoiser call by diffusers' names, as the model was converted with them."""
    named = {"sample": latents, "timestep": timesteps, "encoder_hidden_states": conditioning.embeddings}
    if conditioning.timestep_condition is not None:
        named["timestep_cond"] = conditioning.timestep_condition
    return named | (conditioning.added or {})


def input_shapes(rows: int, latents: torch.Tensor, conditioning: Conditioning) -> dict[str, tuple[int, ...]]:
    """The shapes of a call of `rows` rows, from the latents and conditioning of any run."""
    timesteps = torch.zeros(1)
    named = named_inputs(latents, timesteps, conditioning)
    return {name: (rows, *value.shape[1:]) for name, value in named.items()}


def traced_branches(unet_config: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """What tracing fixes for good: which inputs there are, and whether the upsampler is told its target size.

    Everything else of the shapes stays open, so that one conversion serves every number of rows and nearly every size.
    """
    halvings = 2 ** (len(unet_config["block_out_channels"]) - 1)
    height, width = shapes["sample"][-2:]
    return {"inputs": sorted(shapes), "odd_size": bool(height % halvings or width % halvings)}


def convert(unet: Any, shapes: dict[str, tuple[int, ...]]) -> Any:
    """An `openvino.Model` that shares its constants with the UNet's float32 weights. Traced with `shapes`, 2 rows."""
    openvino = import_openvino()
    generator = torch.Generator().manual_seed(0)
    example = {name: torch.rand((EXAMPLE_ROWS, *shape[1:]), generator=generator) for name, shape in shapes.items()}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the branches that `traced_branches` names
        return openvino.convert_model(_Traceable(unet), example_input=example)


class _Traceable(torch.nn.Module):
    """The UNet with flat inputs and one tensor as output."""

    def __init__(self, unet: Any) -> None:
        super().__init__()
        self.unet = unet

    def forward(
        self,
        sample: torch.Tensor,
        timestep: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        timestep_cond: torch.Tensor | None = None,
        text_embeds: torch.Tensor | None = None,
        time_ids: torch.Tensor | None = None,
    ) -> torch.Tensor:
        added = None if text_embeds is None else {"text_embeds": text_embeds, "time_ids": time_ids}
        prediction: torch.Tensor = self.unet(
            sample,
            timestep,
            encoder_hidden_states=encoder_hidden_states,
            timestep_cond=timestep_cond,
            added_cond_kwargs=added,
            return_dict=False,
        )[0]
        return prediction

"""From a diffusers UNet to an OpenVINO model with open shapes. Knows nothing about caches, runs or precision."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser.openvino_library import import_openvino, own_logging

EXAMPLE_ROWS = 2
EXAMPLE_SMALLEST = 2
"""Side of the smallest feature maps: of 1, tracing might take a branch of its own."""


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
    shrinks = _shrinks(unet_config)
    height, width = shapes["sample"][-2:]
    return {"inputs": sorted(shapes), "odd_size": bool(height % shrinks or width % shrinks)}


def example_shapes(
    unet_config: dict[str, Any], shapes: dict[str, tuple[int, ...]], *, odd_size: bool
) -> dict[str, tuple[int, ...]]:
    """Small shapes that take the same branches: whoever converts first, the result is the same, and soon there."""
    side = EXAMPLE_SMALLEST * _shrinks(unet_config) + int(odd_size)
    small = {name: (EXAMPLE_ROWS, *shape[1:]) for name, shape in shapes.items()}
    return small | {"sample": (EXAMPLE_ROWS, shapes["sample"][1], side, side)}


def _shrinks(unet_config: dict[str, Any]) -> int:
    """How many times smaller the UNet's smallest feature maps are than its latents."""
    return int(2 ** (len(unet_config["block_out_channels"]) - 1))


def convert(unet: Any, shapes: dict[str, tuple[int, ...]]) -> Any:
    """An `openvino.Model` with open shapes that shares its constants with the UNet's float32 weights.

    `shapes` are those of the example that is traced.
    """
    return converted(_Traceable(unet), {name: torch.full(shape, 0.5) for name, shape in shapes.items()})


def converted(module: torch.nn.Module, example: dict[str, torch.Tensor]) -> Any:
    """An `openvino.Model` of a module with tensors in and one tensor out, by the example that is traced."""
    openvino = import_openvino()
    decoder = import_openvino("openvino.frontend.pytorch.ts_decoder").TorchScriptPythonDecoder
    with torch.no_grad(), warnings.catch_warnings(), own_logging():
        warnings.simplefilter("ignore")  # about the branches that `traced_branches` names
        # checking would trace all of it once more; the result is compared with torch by the tests
        traced = decoder(module, example_input=example, trace_kwargs={"check_trace": False})
        return openvino.convert_model(traced, example_input=example)


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

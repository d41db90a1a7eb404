"""Single `.safetensors` checkpoints: of which family, and with whose configuration. Reads the header only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from packshot.errors import ModelError
from packshot.models.description import inpainting_channels
from packshot.models.hub import find_snapshot
from packshot.models.layout import INDEX
from packshot.models.reference import SHORT_NAMES, HubReference
from packshot.models.safetensors_header import read_header

LATENTS: Final = 4
"""Channels of these families' latents."""

# tensors that only this family's checkpoints have → the short name whose configuration fits
_MARKS = (
    ("conditioner.embedders.1.model.transformer.resblocks.0.attn.in_proj_weight", "sdxl"),
    ("cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight", "sd21"),
    ("cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", "sd15"),
)


_INPUT = "model.diffusion_model.input_blocks.0.0.weight"
_INPAINTING = {"sdxl": "sdxl-inpainting", "sd15": "sd15-inpainting"}
"""The short name whose configuration fits where the denoiser is an inpainting model's."""


def denoiser_channels(path: Path) -> int | None:
    """Channels that a checkpoint's denoiser takes, None where it does not say. Raises ModelError on a broken file."""
    shape = read_header(path).shapes.get(_INPUT, ())
    return shape[1] if len(shape) > 1 else None


def configuration_folder(path: Path, *, offline: bool) -> Path:
    """The folder with the configuration that a single file needs: beside it, else of its family from the hub's cache.

    Raises ModelError.
    """
    names = read_header(path).shapes.keys()
    if (path.parent / INDEX).is_file():
        return path.parent
    short = next((short for mark, short in _MARKS if mark in names), None)
    if short is None:
        raise ModelError(
            "model.unsupported",
            f"{path.name} is of no family that this version knows",
            expected="a checkpoint of Stable Diffusion 1.x, 2.x or XL, or a folder with model_index.json beside it",
            got=f"{len(names)} tensors, first {min(names, default='none')}",
        )
    if denoiser_channels(path) == inpainting_channels(LATENTS):
        short = _INPAINTING.get(short, short)
    repository = next(entry.repository for entry in SHORT_NAMES if entry.name == short)
    return find_snapshot(HubReference(repository, None), offline=offline, weights=False).folder

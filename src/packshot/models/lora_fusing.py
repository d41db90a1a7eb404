"""Adds LoRAs to weights in memory: nothing of them is left to compute while a picture is made.

Equal bit for bit to diffusers' `load_lora_weights` with `fuse_lora(lora_scale=weight)` in float32 (tested with peft).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from packshot.errors import ModelError
from packshot.models.lora_file import LoraContents, LoraLayer, read_lora
from packshot.models.lora_fit import lay_out, lay_out_part
from packshot.models.lora_places import Place, place_of
from packshot.models.lora_shelf import FoundLora


def fuse_loras(loras: Iterable[FoundLora], components: Mapping[str, Any], *, whole: bool = True) -> None:
    """Add LoRAs to the components (UNet, text encoders) by name, in place. Modules without weights are only checked.

    With `whole` the components are all that a LoRA may change, and each layer must have its place there. Raises
    ModelError.
    """
    modules = _modules(components)
    shapes = {place: tuple(module.weight.shape) for place, module in modules.items()}
    for lora in loras:
        contents = read_lora(lora.path)
        tensors = _read(lora)
        laid = lay_out(contents, shapes) if whole else lay_out_part(contents, shapes)[0]
        for place, layer in laid.items():
            weight = modules[place].weight.data
            if not weight.is_meta:
                _add(weight, _change(contents, place, layer, tensors, lora.pin.weight), contents, layer)


def _modules(components: Mapping[str, Any]) -> dict[Place, Any]:
    return {
        place_of(component, name): module
        for component, root in components.items()
        for name, module in root.named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
    }


def _read(lora: FoundLora) -> dict[str, torch.Tensor]:
    """The tensors of the very bytes that were pinned. Raises ModelError where the file has changed since."""
    import safetensors.torch

    try:
        content = lora.path.read_bytes()
    except OSError as error:
        raise ModelError("model.lora.missing", f"{lora.path.name} cannot be read: {error.strerror}") from error
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    if digest != lora.pin.digest:
        raise ModelError(
            "model.changed", f"{lora.path.name} was changed while it was in use", expected=lora.pin.digest, got=digest
        )
    tensors: dict[str, torch.Tensor] = safetensors.torch.load(content)
    return tensors


def _change(
    contents: LoraContents, place: Place, layer: LoraLayer, tensors: Mapping[str, torch.Tensor], weight: float
) -> torch.Tensor:
    """ΔW = alpha / rank · weight · up · down (arXiv:2106.09685, Eq. 3) in float32, (out, in) or (out, in, h, w)."""
    down, up = tensors[layer.down].float(), tensors[layer.up].float()
    alpha = None if layer.alpha is None else float(tensors[layer.alpha].item())
    scale = contents.scale(layer, place.component, place.module, alpha) * weight
    if down.ndim == 4 and down.shape[2:] != (1, 1):
        # as peft does it, for the same last bits: a product of matrices adds in another order
        up = up.reshape(*up.shape[:2], 1, 1)
        return torch.nn.functional.conv2d(down.transpose(0, 1), up).transpose(0, 1) * scale
    return (up.flatten(1) @ down.flatten(1)) * scale


def _add(weight: torch.Tensor, change: torch.Tensor, contents: LoraContents, layer: LoraLayer) -> None:
    """One rounding to the weight's own precision. Raises ModelError on what are no numbers any more."""
    summed = (weight.float() + change.reshape(weight.shape)).to(weight.dtype)
    if not bool(torch.isfinite(summed).all()):
        raise ModelError(
            "model.corrupt",
            f"{contents.name} makes weights that are no numbers: {layer.name}",
            expected="finite weights",
            got="NaN or infinity",
            hint="a smaller weight, --precision float32, or get the file again",
        )
    weight.copy_(summed)

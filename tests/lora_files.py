"""Writes LoRA files for a tiny model, of random layers on its real modules, in the spellings that are about."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from packshot.models.lora_places import Place, place_of

ATTENTION = r"attn\d\.to_(q|k|v|out\.0)$|self_attn\.(q|k|v|out)_proj$"
EVERYWHERE = (
    r"attn\d|ff\.net|proj_(in|out)$|conv\d?$|conv_(in|out|shortcut)|time_emb|linear_|self_attn|mlp|text_projection$"
)
Spell = Callable[[Place], tuple[str, str, str]]
"""Layer, and the endings of the down and the up tensor."""


def modules_of(folder: Path, pattern: str) -> dict[Place, Any]:
    """The linear layers and convolutions of a model's UNet and text encoders."""
    import diffusers

    pipeline = diffusers.DiffusionPipeline.from_pretrained(folder, local_files_only=True)
    return {
        place_of(part, name): module
        for part in ("unet", "text_encoder", "text_encoder_2")
        for name, module in (getattr(pipeline, part, None) or torch.nn.Module()).named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d) and re.search(pattern, name)
    }


def write_lora(
    folder: Path,
    target: Path,
    spell: Spell | None = None,
    *,
    pattern: str = ATTENTION,
    rank: int = 3,
    seed: int = 0,
    size: float = 0.3,
    alpha: float | None = None,
    dtype: torch.dtype = torch.float32,
    metadata: dict[str, str] | None = None,
) -> Path:
    """A LoRA for the model in `folder`. `size` is the standard deviation of its numbers."""
    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for place, module in sorted(modules_of(folder, pattern).items()):
        name, down_end, up_end = (spell or peft)(place)
        shape = module.weight.shape
        down = torch.randn((rank, *shape[1:]), generator=generator) * size
        up = torch.randn((shape[0], rank, *(1 for _ in shape[2:])), generator=generator) * size
        assert name + down_end not in tensors
        tensors |= {name + down_end: down.to(dtype), name + up_end: up.to(dtype)}
        if alpha is not None:
            tensors[f"{name}.alpha"] = torch.tensor(alpha)
    assert tensors
    save_file(tensors, target, metadata)
    return target


def peft(place: Place) -> tuple[str, str, str]:
    """As diffusers' training scripts write it today."""
    return f"{place.component}.{_full(place)}", ".lora_A.weight", ".lora_B.weight"


def old(place: Place) -> tuple[str, str, str]:
    """As they wrote it in 2023: attention processors, and text encoders in their image."""
    if place.component == "unet":
        name = re.sub(r"(attn\d)\.(to_\w+)(\.0)?$", r"\1.processor.\2", place.module)
    else:
        name = re.sub(r"(q|k|v|out)_proj$", r"to_\1", _full(place))
    return f"{place.component}.{name}", "_lora.down.weight", "_lora.up.weight"


def old_linear(place: Place) -> tuple[str, str, str]:
    """A little later: LoRA within the linear layers."""
    between = ".lora" if place.component == "unet" else ".lora_linear_layer"
    return f"{place.component}.{_full(place)}", f"{between}.down.weight", f"{between}.up.weight"


def kohya(place: Place) -> tuple[str, str, str]:
    """As kohya's scripts write it for Stable Diffusion 1.x and 2.x."""
    return _prefix(place, "lora_te_") + _full(place).replace(".", "_"), ".lora_down.weight", ".lora_up.weight"


def kohya_xl(place: Place) -> tuple[str, str, str]:
    """The same for a model with two text encoders."""
    return _prefix(place, "lora_te1_") + _full(place).replace(".", "_"), ".lora_down.weight", ".lora_up.weight"


def kohya_original(place: Place) -> tuple[str, str, str]:
    """As they write it for XL: the UNet by the original code's names. Here for two levels of two layers each."""
    if place.component != "unet":
        return kohya_xl(place)
    return "lora_unet_" + original(place.module).replace(".", "_"), ".lora_down.weight", ".lora_up.weight"


def original(module: str) -> str:
    """The original code's name in a UNet of two levels, two layers each: written down, not computed."""
    blocks = {
        "down_blocks.0.resnets.0": "input_blocks.1.0",
        "down_blocks.0.resnets.1": "input_blocks.2.0",
        "down_blocks.0.downsamplers.0.conv": "input_blocks.3.0.op",
        "down_blocks.1.resnets.0": "input_blocks.4.0",
        "down_blocks.1.attentions.0": "input_blocks.4.1",
        "down_blocks.1.resnets.1": "input_blocks.5.0",
        "down_blocks.1.attentions.1": "input_blocks.5.1",
        "mid_block.resnets.0": "middle_block.0",
        "mid_block.attentions.0": "middle_block.1",
        "mid_block.resnets.1": "middle_block.2",
        "up_blocks.0.resnets.0": "output_blocks.0.0",
        "up_blocks.0.attentions.0": "output_blocks.0.1",
        "up_blocks.0.resnets.1": "output_blocks.1.0",
        "up_blocks.0.attentions.1": "output_blocks.1.1",
        "up_blocks.0.resnets.2": "output_blocks.2.0",
        "up_blocks.0.attentions.2": "output_blocks.2.1",
        "up_blocks.0.upsamplers.0": "output_blocks.2.2",
        "up_blocks.1.resnets.0": "output_blocks.3.0",
        "up_blocks.1.resnets.1": "output_blocks.4.0",
        "up_blocks.1.resnets.2": "output_blocks.5.0",
        "conv_in": "input_blocks.0.0",
        "conv_out": "out.2",
        "time_embedding.linear_1": "time_embed.0",
        "time_embedding.linear_2": "time_embed.2",
        "add_embedding.linear_1": "label_emb.0.0",
        "add_embedding.linear_2": "label_emb.0.2",
    }
    ends = {"conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "conv2": "out_layers.3"}
    ends["conv_shortcut"] = "skip_connection"
    lead = next(lead for lead in blocks if module == lead or module.startswith(f"{lead}."))
    rest = module.removeprefix(lead).removeprefix(".")
    return ".".join(filter(None, (blocks[lead], ends.get(rest, rest) if "resnets" in lead else rest)))


def _full(place: Place) -> str:
    plain = place.component == "unet" or place.module == "text_projection"
    return place.module if plain else f"text_model.{place.module}"


def _prefix(place: Place, first: str) -> str:
    return {"unet": "lora_unet_", "text_encoder": first, "text_encoder_2": "lora_te2_"}[place.component]

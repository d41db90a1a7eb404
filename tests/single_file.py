"""Writes a tiny diffusers model as the single checkpoint file that people share: the names of the original code."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
PLAIN = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.resnets.1": "middle_block.2",
}
VAE_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def write_single_file(folder: Path, target: Path, levels: int = 2, layers: int = 1) -> Path:
    """One `.safetensors` file from a folder in diffusers' layout."""
    tensors: dict[str, torch.Tensor] = {}
    for name, tensor in load_file(folder / "unet" / "diffusion_pytorch_model.safetensors").items():
        tensors["model.diffusion_model." + _unet(name, levels, layers)] = tensor.contiguous()
    for name, tensor in load_file(folder / "vae" / "diffusion_pytorch_model.safetensors").items():
        new = _vae(name, levels)
        square = re.search(r"attn_1\.(q|k|v|proj_out)\.weight", new) and tensor.ndim == 2
        tensors["first_stage_model." + new] = (tensor[:, :, None, None] if square else tensor).contiguous()
    for name, tensor in load_file(folder / "text_encoder" / "model.safetensors").items():
        full = name if name.startswith("text_model.") else f"text_model.{name}"
        tensors["cond_stage_model.transformer." + full] = tensor.contiguous()
    save_file(tensors, target)
    return target


def _unet(name: str, levels: int, layers: int) -> str:
    for old, new in PLAIN.items():
        if name.startswith(old + "."):
            return _inside(new + name[len(old) :])
    kind, level, part, index, rest = re.fullmatch(
        r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.*)", name
    ).groups()
    level, index = int(level), int(index)
    if kind == "down":
        block = 1 + level * (layers + 1) + index
        if part == "downsamplers":
            return f"input_blocks.{(level + 1) * (layers + 1)}.0.op.{rest.removeprefix('conv.')}"
        return _inside(f"input_blocks.{block}.{0 if part == 'resnets' else 1}.{rest}")
    block = level * (layers + 1) + index
    if part == "upsamplers":
        attention = 2 if level == 0 else 1
        return f"output_blocks.{level * (layers + 1) + layers}.{attention}.{rest}"
    return _inside(f"output_blocks.{block}.{0 if part == 'resnets' else 1}.{rest}")


def _inside(name: str) -> str:
    if "transformer_blocks" in name:
        return name
    head, last = name.rsplit(".", 1)
    for old, new in RESNET.items():
        if head.endswith("." + old):
            return head[: -len(old)] + new + "." + last
    return name


def _vae(name: str, levels: int) -> str:
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = name.replace("mid_block.resnets.0", "mid.block_1").replace("mid_block.resnets.1", "mid.block_2")
    if "mid_block.attentions.0" in name:
        name = name.replace("mid_block.attentions.0", "mid.attn_1")
        for old, new in VAE_ATTENTION.items():
            name = name.replace(f"attn_1.{old}.", f"attn_1.{new}.")
    name = re.sub(r"down_blocks\.(\d+)\.resnets\.(\d+)", r"down.\1.block.\2", name)
    name = re.sub(r"down_blocks\.(\d+)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d+)\.resnets\.(\d+)", lambda m: f"up.{levels - 1 - int(m[1])}.block.{m[2]}", name)
    return re.sub(r"up_blocks\.(\d+)\.upsamplers\.0", lambda m: f"up.{levels - 1 - int(m[1])}.upsample", name)

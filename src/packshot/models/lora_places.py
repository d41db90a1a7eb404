"""Where a LoRA may act in a model, and by which names files call that place. Pure: names in, names out.

A place is a linear layer or a convolution. Three kinds of files are about:

    diffusers, peft      unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q
    diffusers, old       unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q
    kohya                lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q, or by the names of the
                         original code, lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

UNET: Final = "unet"
COMPONENTS: Final = (UNET, "text_encoder", "text_encoder_2")
TEXT_MODEL: Final = "text_model."
"""transformers' classes have their modules with or without it, depending on class and version."""

_KOHYA: Final = {"text_encoder": ("lora_te_", "lora_te1_"), "text_encoder_2": ("lora_te2_",)}
_ORIGINAL: Final = {
    "conv_in": "input_blocks.0.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
_ORIGINAL_MIDDLE: Final = {"resnets.0": "0", "attentions.0": "1", "resnets.1": "2"}
_ORIGINAL_RESNET: Final = {
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_BLOCK: Final = re.compile(
    r"(?P<way>down|up)_blocks\.(?P<level>\d+)\.(?P<part>resnets|attentions|downsamplers|upsamplers)\.(?P<index>\d+)"
    r"\.(?P<rest>.+)"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A module of a component, by diffusers' and transformers' names without `text_model.`."""

    component: str
    module: str


def place_of(component: str, module: str) -> Place:
    """The place of a module as a component names it."""
    return Place(component, module if component == UNET else module.removeprefix(TEXT_MODEL))


def spellings(places: Iterable[Place]) -> dict[str, Place]:
    """Every name that a file may have for each place."""
    places = list(places)
    originals = _Originals([place.module for place in places if place.component == UNET])
    named: dict[str, Place] = {}
    for place in places:
        names = _of_unet(place.module, originals) if place.component == UNET else _of_text_encoder(place)
        named |= dict.fromkeys(names, place)
    return named


def _of_unet(module: str, originals: _Originals) -> Iterator[str]:
    old = re.sub(r"\.(attn\d)\.(to_[qkv]|to_out)(\.0)?$", r".\1.processor.\2", module)
    for name in (module, old):
        yield from (name, f"{UNET}.{name}")
    yield "lora_unet_" + module.replace(".", "_")
    original = originals.name(module)
    if original is not None:
        yield "lora_unet_" + original.replace(".", "_")


def _of_text_encoder(place: Place) -> Iterator[str]:
    old = re.sub(r"\.self_attn\.(q|k|v|out)_proj$", r".self_attn.to_\1", place.module)
    for lead in ("", TEXT_MODEL):
        yield from (f"{place.component}.{lead}{place.module}", f"{place.component}.{lead}{old}")
        for prefix in _KOHYA[place.component]:
            yield prefix + (lead + place.module).replace(".", "_")


class _Originals:
    """Names of the original code for the modules of one UNet: its blocks are numbered through."""

    def __init__(self, modules: list[str]) -> None:
        first = (re.match(r"down_blocks\.0\.resnets\.(\d+)\.", module) for module in modules)
        self._layers = 1 + max((int(found[1]) for found in first if found), default=0)
        attending = (re.match(r"up_blocks\.(\d+)\.attentions\.", module) for module in modules)
        self._attending = {int(found[1]) for found in attending if found}

    def name(self, module: str) -> str | None:
        """None for what the original code has not."""
        if module in _ORIGINAL:
            return _ORIGINAL[module]
        middle = re.fullmatch(r"mid_block\.(resnets\.[01]|attentions\.0)\.(.+)", module)
        if middle is not None:
            return f"middle_block.{_ORIGINAL_MIDDLE[middle[1]]}.{_ORIGINAL_RESNET.get(middle[2], middle[2])}"
        found = _BLOCK.fullmatch(module)
        return None if found is None else self._in_block(**found.groupdict())

    def _in_block(self, way: str, level: str, part: str, index: str, rest: str) -> str:
        """A level of `n` layers has n + 1 blocks: downwards the last one halves, upwards there is one layer more."""
        begin = int(level) * (self._layers + 1)
        rest = _ORIGINAL_RESNET.get(rest, rest)
        if part == "downsamplers":
            return f"input_blocks.{begin + self._layers + 1}.0.op"
        if part == "upsamplers":
            return f"output_blocks.{begin + self._layers}.{2 if int(level) in self._attending else 1}.{rest}"
        blocks, position = (
            ("input_blocks", begin + int(index) + 1) if way == "down" else ("output_blocks", begin + int(index))
        )
        return f"{blocks}.{position}.{0 if part == 'resnets' else 1}.{rest}"

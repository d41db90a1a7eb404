"""Every spelling of a layer leads to its place: by diffusers' own conversion as oracle, on the shape of real models."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from packshot.models.lora_places import Place, place_of, spellings
from tests.lora_files import kohya, kohya_xl, old, old_linear, peft

LEVELS = {
    "sd15": {
        "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        "block_out_channels": (32, 32, 64, 64),
    },
    "sdxl": {
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "block_out_channels": (32, 64, 96),
        "transformer_layers_per_block": (1, 2, 3),
        "addition_embed_type": "text_time",
        "projection_class_embeddings_input_dim": 32,
        "addition_time_embed_dim": 8,
    },
}
"""The levels of the real models with fewer channels."""


def unet_of(family: str) -> Any:
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        return UNet2DConditionModel(cross_attention_dim=32, attention_head_dim=8, **LEVELS[family])


def places_of(unet: Any) -> list[Place]:
    layers = torch.nn.Linear | torch.nn.Conv2d
    return [place_of("unet", name) for name, module in unet.named_modules() if isinstance(module, layers)]


@pytest.mark.parametrize("family", LEVELS)
def test_names_of_the_original_code_are_those_that_diffusers_converts(family: str) -> None:
    from diffusers.loaders.lora_conversion_utils import (
        _convert_non_diffusers_lora_to_diffusers,
        _maybe_map_sgm_blocks_to_diffusers,
    )
    from diffusers.utils import convert_unet_state_dict_to_peft

    unet = unet_of(family)
    places = places_of(unet)
    original = {
        name: place
        for name, place in spellings(places).items()
        if name.startswith(("lora_unet_input_blocks", "lora_unet_middle_block", "lora_unet_output_blocks"))
    }
    inside = [place for place in places if place.module.startswith(("down_blocks", "mid_block", "up_blocks"))]
    assert len(original) == len(inside) + 1, "and the first convolution"
    assert set(inside) < set(original.values())
    # diffusers maps this for XL only, whose every upsampler stands behind attention
    plain = original.pop("lora_unet_output_blocks_2_1_conv", None)
    assert plain == (Place("unet", "up_blocks.0.upsamplers.0.conv") if family == "sd15" else None)
    for name, place in original.items():
        tensors = {f"{name}.lora_{part}.weight": torch.zeros(1) for part in ("down", "up")}
        converted, _ = _convert_non_diffusers_lora_to_diffusers(
            _maybe_map_sgm_blocks_to_diffusers(tensors, unet.config)
        )
        modules = {key.split(".lora_")[0] for key in convert_unet_state_dict_to_peft(converted)}
        assert modules == {f"unet.{place.module}"}, name


@pytest.mark.parametrize("family", LEVELS)
def test_no_two_places_share_a_spelling(family: str) -> None:
    """Dots become underlines in kohya's names: still each means one place."""
    text = [
        Place(f"text_encoder{number}", f"encoder.layers.{layer}.self_attn.{name}_proj")
        for number in ("", "_2")
        for layer in range(12)
        for name in ("q", "k", "v", "out")
    ]
    places = [*places_of(unet_of(family)), *text, Place("text_encoder_2", "text_projection")]
    together = spellings(places)
    for spell in (peft, old, old_linear, kohya, kohya_xl):
        if spell is kohya_xl or family == "sd15":
            known = [place for place in places if spell is kohya_xl or place.component != "text_encoder_2"]
            assert all(together[spell(place)[0]] == place for place in known), spell


def test_names_of_2023_without_a_component_are_the_unets() -> None:
    """What diffusers' first training script wrote: attention processors alone."""
    place = Place("unet", "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0")
    assert spellings([place])["mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_out"] == place

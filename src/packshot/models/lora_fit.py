"""Lays a LoRA's layers out on a model: each has its place there and its shape, or the file is refused.

Imports no torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from packshot.errors import ModelError
from packshot.models.catalogue import Model
from packshot.models.description import read_json
from packshot.models.hub import relative_files
from packshot.models.layout import INDEX, needed_files
from packshot.models.lora_file import LoraContents, LoraLayer
from packshot.models.lora_places import COMPONENTS, Place, place_of, spellings
from packshot.models.safetensors_header import read_header

LORA_FAMILIES: Final = ("sd", "sdxl")

Shapes = Mapping[Place, tuple[int, ...]]
"""The weights of a model that a LoRA may change: (out, in), or of a convolution (out, in, height, width)."""

_SHOWN: Final = 3


def lay_out(contents: LoraContents, shapes: Shapes) -> dict[Place, LoraLayer]:
    """Every layer of the file by its place in the model. Raises ModelError (`model.lora.mismatch`).

    A layer without a place is refused, not left out: the picture would be another one than the LoRA's.
    """
    laid, homeless = lay_out_part(contents, shapes)
    if homeless:
        shown = ", ".join(layer.name for layer in homeless[:_SHOWN])
        raise _mismatch(
            contents,
            "layers that the model has",
            f"{len(homeless)} of {len(contents.layers)} layers that it has not: {shown}",
        )
    return laid


def lay_out_part(contents: LoraContents, shapes: Shapes) -> tuple[dict[Place, LoraLayer], list[LoraLayer]]:
    """The layers that have a place in the shapes given, and the others. Raises ModelError on a shape that misfits."""
    named = spellings(shapes)
    laid: dict[Place, LoraLayer] = {}
    homeless: list[LoraLayer] = []
    for layer in contents.layers:
        place = named.get(layer.name)
        if place is None:
            homeless.append(layer)
            continue
        if place in laid:
            raise _mismatch(contents, f"one layer for {place.module}", f"{laid[place].name} and {layer.name}")
        _check_shape(contents, layer, shapes[place])
        laid[place] = layer
    return laid, homeless


def _check_shape(contents: LoraContents, layer: LoraLayer, weight: tuple[int, ...]) -> None:
    got = (layer.up_shape[0], *layer.down_shape[1:])
    if got[:2] != weight[:2] or math.prod(got) != math.prod(weight):
        raise _mismatch(contents, f"{_shape(weight)} for {layer.name}", f"{_shape(got)}, for another model")


def _shape(sides: tuple[int, ...]) -> str:
    return "×".join(map(str, sides))


def _mismatch(contents: LoraContents, expected: str, got: str) -> ModelError:
    return ModelError(
        "model.lora.mismatch",
        f"{contents.name} does not fit the model",
        expected=expected,
        got=got,
        hint="take the model that the LoRA was trained for, or one of the same family (--model)",
    )


def stored_shapes(model: Model) -> Shapes | None:
    """The shapes in a folder's weight files; None for a single checkpoint, which has the original code's names."""
    if model.single_file is not None:
        return None
    files = needed_files(read_json(model.folder / INDEX), relative_files(model.folder))
    shapes: dict[Place, tuple[int, ...]] = {}
    for file in files:
        component = file.partition("/")[0]
        if component not in COMPONENTS or not file.endswith(".safetensors"):
            continue
        for name, shape in read_header(model.folder / file).shapes.items():
            # a LoRA of an embedding is another formula
            if len(shape) in (2, 4) and name.endswith(".weight") and not name.endswith("embedding.weight"):
                shapes[place_of(component, name.removesuffix(".weight"))] = shape
    return shapes

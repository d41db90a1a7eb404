"""What is in a LoRA file, by its header alone. Imports no torch.

LoRA (arXiv:2106.09685, Eq. 3): a layer's weight W (out, in) becomes W + ΔW, ΔW = weight · alpha / rank · up · down,
with `up` (out, rank) and `down` (rank, in).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError
from packshot.models.safetensors_header import Header, read_header

DOWN: Final = (".lora_A", ".lora_down", ".lora_linear_layer.down", ".lora.down", "_lora.down")
UP: Final = (".lora_B", ".lora_up", ".lora_linear_layer.up", ".lora.up", "_lora.up")
ALPHA: Final = ".alpha"
ADAPTER: Final = "lora_adapter_metadata"
"""Where diffusers keeps peft's configuration."""

_FLOATS: Final = frozenset({"F64", "F32", "F16", "BF16"})
_OTHER_KINDS: Final = {
    "dora_scale": "DoRA",
    "lora_magnitude_vector": "DoRA",
    "hada_": "LoHa",
    "lokr_": "LoKr",
    "oft_": "OFT",
    "lora_mid": "LoCon with a middle tensor",
    "lora_B.bias": "LoRA with biases",
    "lora_embedding_": "LoRA of an embedding",
}


@dataclass(frozen=True, slots=True)
class LoraLayer:
    """One layer of a file by the file's own name for it, with the names and shapes of its tensors."""

    name: str
    down: str
    up: str
    alpha: str | None
    down_shape: tuple[int, ...]
    up_shape: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The width of what lies between `down` and `up`."""
        return self.down_shape[0]


@dataclass(frozen=True, slots=True)
class LoraContents:
    """The layers of a file, and peft's configuration where it has one (keys such as `unet.lora_alpha`)."""

    name: str
    layers: tuple[LoraLayer, ...]
    adapter: dict[str, Any]

    def scale(self, layer: LoraLayer, component: str, module: str, alpha: float | None) -> float:
        """alpha / rank, with peft's configuration for files that have no tensor for it; without either, 1."""
        if alpha is None:
            patterns = self.adapter.get(f"{component}.alpha_pattern") or {}
            named = [value for key, value in patterns.items() if f".{module}".endswith(f".{key.lstrip('^')}")]
            alpha = float([*named, self.adapter.get(f"{component}.lora_alpha", layer.rank)][0])
        stabilised = self.adapter.get(f"{component}.use_rslora") is True
        return alpha / (math.sqrt(layer.rank) if stabilised else layer.rank)


def read_lora(path: Path) -> LoraContents:
    """The contents of a LoRA file. Raises ModelError on what is none, or of a kind that is not read."""
    header = read_header(path)
    parts: dict[str, dict[str, str]] = {}
    strange: list[str] = []
    for name in header.shapes:
        part = _part(name)
        if part is None:
            strange.append(name)
        else:
            parts.setdefault(part[0], {})[part[1]] = name
    if strange or not parts:
        raise _unreadable(path.name, strange, has_layers=any("up" in found for found in parts.values()))
    layers = tuple(_layer(path.name, name, found, header) for name, found in sorted(parts.items()))
    return LoraContents(path.name, layers, _adapter(path.name, header))


def _part(name: str) -> tuple[str, str] | None:
    """Layer and part (`down`, `up` or `alpha`) of a tensor's name; None for what is no part of a LoRA."""
    if name.endswith(ALPHA):
        return name.removesuffix(ALPHA), "alpha"
    for part, endings in (("down", DOWN), ("up", UP)):
        for ending in endings:
            if name.endswith(f"{ending}.weight"):
                return name.removesuffix(f"{ending}.weight"), part
    return None


def _layer(file: str, name: str, found: dict[str, str], header: Header) -> LoraLayer:
    if not {"down", "up"} <= set(found):
        raise _broken(file, f"a down and an up tensor for {name}", ", ".join(found.values()))
    down, up = header.shapes[found["down"]], header.shapes[found["up"]]
    if len(down) not in (2, 4) or len(up) not in (2, 4) or down[0] != up[1] or 0 in (*down, *up):
        raise _broken(file, f"tensors for {name} that can be multiplied", f"down {down}, up {up}")
    if up[2:] not in ((), (1, 1)):
        raise _unsupported(file, "a kernel of 1×1 in the up tensor", f"{name} {up}")
    if "alpha" in found and header.shapes[found["alpha"]] not in ((), (1,)):
        raise _broken(file, f"one number for the alpha of {name}", str(header.shapes[found["alpha"]]))
    for tensor in found.values():
        if header.dtypes[tensor] not in _FLOATS:
            raise _unsupported(
                file, f"numbers of type {', '.join(sorted(_FLOATS))}", f"{tensor} {header.dtypes[tensor]}"
            )
    return LoraLayer(name, found["down"], found["up"], found.get("alpha"), down, up)


def _adapter(file: str, header: Header) -> dict[str, Any]:
    try:
        value = json.loads(header.metadata.get(ADAPTER, "{}"))
        numbers = [number for key, entry in value.items() for number in _alphas(key, entry)]
    except (ValueError, AttributeError) as error:
        raise _broken(file, f"JSON in {ADAPTER}", str(error)) from error
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        raise _broken(file, f"numbers for each alpha in {ADAPTER}", str(numbers)[:200])
    return dict(value)


def _alphas(key: str, entry: Any) -> Iterable[Any]:
    if key.endswith("lora_alpha"):
        return (entry,)
    return entry.values() if key.endswith("alpha_pattern") and entry else ()


def _unreadable(file: str, strange: list[str], *, has_layers: bool) -> ModelError:
    kind = next((kind for mark, kind in _OTHER_KINDS.items() for name in strange if mark in name), None)
    if kind is not None:
        return _unsupported(file, "a plain LoRA: down, up and alpha for each layer", kind)
    first = min(strange, default="no tensors")
    what = first if has_layers or not strange else f"{len(strange)} tensors that are none, first {first}"
    return _unsupported(file, "tensors such as lora_down and lora_up, or lora_A and lora_B", what)


def _unsupported(file: str, expected: str, got: str) -> ModelError:
    return ModelError("model.lora.unsupported", f"{file} is not a LoRA that can be read", expected=expected, got=got)


def _broken(file: str, expected: str, got: str) -> ModelError:
    return ModelError(
        "model.corrupt", f"{file} is not a whole LoRA", expected=expected, got=got, hint="get the file again"
    )

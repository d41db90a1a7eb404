"""Chooses the denoiser for an execution's runtime, and keeps the last compiled ones."""

from __future__ import annotations

import importlib.metadata
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser.converted_cache import WITH_LORAS, ConvertedCache
from packshot.engine.denoiser.protocol import Denoiser
from packshot.engine.denoiser.torch_denoiser import TorchDenoiser
from packshot.errors import SpecError
from packshot.models import Loader, Model
from packshot.spec import Execution

COMPILED_KEPT: Final = 3
"""A compiled denoiser holds its own copy of the weights. Mixed precision has two, a sweep after it a third."""

CONVERSION: Final = 1
"""Raised when the way of converting changes, so that nothing older is read."""


class Denoisers:
    """Opens denoisers. `cache` is the folder of what was converted; None keeps nothing between processes."""

    def __init__(self, loader: Loader, cache: Path | None = None) -> None:
        self._loader = loader
        self._converted = ConvertedCache(cache)
        self._compiled: OrderedDict[Any, Any] = OrderedDict()

    def __call__(
        self, model: Model, pipeline: Any, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
    ) -> Denoiser:
        """The denoiser of a batch. Raises SpecError on a runtime that is not here."""
        match execution.runtime:
            case "torch":
                return TorchDenoiser(pipeline.unet)
            case "openvino":
                return self._openvino(model, pipeline, execution, latents, conditioning)
        raise SpecError(
            "spec.runtime.unsupported", "no such runtime", expected="torch or openvino", got=execution.runtime
        )

    def _openvino(
        self, model: Model, pipeline: Any, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
    ) -> Denoiser:
        from packshot.engine.denoiser import conversion
        from packshot.engine.denoiser.openvino_denoiser import OpenVinoDenoiser, compile_for

        shapes = conversion.input_shapes(execution.rows, latents, conditioning)
        key = (model.weights_digest, execution, tuple(sorted(shapes.items())))
        if key not in self._compiled:
            config = dict(pipeline.unet.config)
            branches = conversion.traced_branches(config, shapes)
            example = conversion.example_shapes(config, shapes, odd_size=branches["odd_size"])
            converted = self._converted.get(
                {"weights": model.weights_digest, "branches": branches} | _loras(model) | makers(),
                lambda: conversion.convert(self._loader.load_denoiser(model), example),
            )
            while len(self._compiled) >= COMPILED_KEPT:
                self._compiled.popitem(last=False)
            self._compiled[key] = compile_for(converted, shapes, execution)
        self._compiled.move_to_end(key)
        return OpenVinoDenoiser(self._compiled[key])


def _loras(model: Model) -> dict[str, Any]:
    """Nothing without LoRAs: entries from before there were any stay good."""
    return {WITH_LORAS: [lora.pin.model_dump() for lora in model.loras]} if model.loras else {}


def makers() -> dict[str, Any]:
    """Whose work a conversion is, beside the weights (JSON values)."""
    libraries = {name: importlib.metadata.version(name) for name in ("openvino", "torch", "diffusers")}
    return {"conversion": CONVERSION, "libraries": libraries}

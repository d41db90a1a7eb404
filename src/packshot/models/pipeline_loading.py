"""Loads the models that run in their own diffusers pipeline. Knows nothing of runs, seeds or schedulers.

How weights reach the device is decided in `_load` alone.
"""

from __future__ import annotations

from typing import Any, Final

from packshot.models.catalogue import Model
from packshot.models.families import family_named
from packshot.models.loading import (
    Pipeline,
    check_device,
    move_to_device,
    named_errors,
    quiet_libraries,
    refuse_bad_weights,
)
from packshot.models.memory import is_offloaded, save_memory
from packshot.spec import HIGH, SDPA

WEIGHTED: Final = ("transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")


class PipelineLoader:
    """Keeps the last model: these fill a card, and the next shall find room."""

    def __init__(self) -> None:
        self._key: tuple[str, ...] | None = None
        self._pipeline: Pipeline = None

    def load(self, model: Model, device: str, precision: str, memory: str = HIGH) -> Pipeline:
        """The model's text-to-image pipeline on `device`. Raises ModelError (corrupt) or EngineError (memory)."""
        key = (model.pin.digest, device, precision, memory)
        if key != self._key:
            self._key, self._pipeline = None, None
            self._pipeline = _load(model, device, precision, memory)
            self._key = key
        return self._pipeline


def _load(model: Model, device: str, precision: str, memory: str) -> Pipeline:
    import diffusers
    import torch

    quiet_libraries()
    check_device(device)
    pipeline_class: Any = getattr(diffusers, family_named(model.description.family).text_to_image)
    with named_errors(model, device):
        pipeline = pipeline_class.from_pretrained(
            str(model.folder),
            dtype=getattr(torch, precision),
            variant=model.variant,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
    if not is_offloaded(memory, device):
        move_to_device(model, pipeline, device)
    for part in WEIGHTED:
        component = getattr(pipeline, part, None)
        if component is not None:
            refuse_bad_weights(model, part, component)
    # last: layers that wait for their turn have no weights to look at
    save_memory(pipeline, device, memory, SDPA)
    return pipeline

"""One picture by a family's own pipeline: its arguments, its call, and where it hands over.

Runs in the worker's thread. The result is that of the pipeline called by hand with the same CPU generator.
"""

from __future__ import annotations

import inspect
import threading
from dataclasses import dataclass
from typing import Any

import diffusers
import numpy as np
import torch
from PIL import Image

from packshot.engine import machine, noise
from packshot.engine.pipeline.handover import Tell
from packshot.engine.provenance import Circumstances, provenance
from packshot.errors import EngineError
from packshot.models import Pipeline, family_named, pinned_config
from packshot.resolve import Order
from packshot.result import Pixels, Provenance
from packshot.spec import Mode


@dataclass(frozen=True, slots=True)
class Ready:
    """The prompt is encoded, the noise is drawn: the denoiser would be called next."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """Step `number`, counted from 1, is done. `latents` are the pipeline's own, packed where it packs them."""

    number: int
    latents: torch.Tensor


@dataclass(frozen=True, slots=True)
class Called:
    """The picture, and what it was made with, read where it was made: threads and denormals are the thread's own."""

    pixels: Pixels
    provenance: Provenance


def assemble(loaded: Pipeline, order: Order) -> Pipeline:
    """A pipeline of the run's own for its mode, with a scheduler of its own: the weights are shared."""
    intent = order.resolved.intent
    family = family_named(order.model.description.family)
    name = family.image_to_image if intent.mode is Mode.IMAGE_TO_IMAGE else family.text_to_image
    pipeline_class: Any = getattr(diffusers, name or family.text_to_image)
    scheduler_class: Any = getattr(diffusers, intent.scheduler.class_name)
    config = pinned_config(intent.scheduler, order.model.description.scheduler_config)
    parts = loaded.components | {"scheduler": scheduler_class.from_config(config)}
    pipeline = pipeline_class(**parts)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def arguments_of(order: Order) -> dict[str, Any]:
    """What the pipeline is called with, but for the callback."""
    intent, about = order.resolved.intent, order.model.description
    family = family_named(about.family)
    arguments: dict[str, Any] = dict(family.arguments) | {
        "prompt": intent.prompt,
        "width": intent.width,
        "height": intent.height,
        "num_inference_steps": intent.steps,
        "generator": noise.new_generator(intent.seed),
        "output_type": "np",
        "max_sequence_length": about.sequence_length,
    }
    arguments["guidance_scale" if about.guidance_embedded else family.guidance_argument] = intent.guidance
    if order.is_guided:
        arguments["negative_prompt"] = intent.negative_prompt
    if intent.mode is Mode.IMAGE_TO_IMAGE and order.source is not None:
        arguments |= {"image": Image.fromarray(order.source), "strength": intent.strength}
    return arguments


def make(loaded: Pipeline, order: Order, tell: Tell) -> Called:
    """Call the pipeline; `tell` is called with Ready, then after every step. Raises EngineError, and what it raises.

    Other runs may have set the machine otherwise whenever `tell` returns: it is set again. Gradients and denormals
    are matters of the thread.
    """
    execution = order.resolved.execution

    def hand_over(message: object) -> None:
        machine.wait_for(execution.device)
        tell(message)
        machine.apply_execution(execution)

    machine.apply_execution(execution)
    with torch.no_grad(), machine.floating_point(flush_denormal=execution.flush_denormal):
        pipeline = assemble(loaded, order)
        watch = _Watch(order.resolved.intent.steps_taken, hand_over)
        with watch.on(pipeline.transformer):
            images = pipeline(**arguments_of(order), **watch.callback_for(pipeline)).images
        return Called(_pixels(images), provenance(order, _circumstances(order, pipeline, watch.calls)))


def _circumstances(order: Order, pipeline: Pipeline, calls: int) -> Circumstances:
    resolved = order.resolved
    return Circumstances(
        denoiser=pipeline.transformer,
        scheduler=pipeline.scheduler,
        calls=calls,
        rows=resolved.execution.rows,
        threads=torch.get_num_threads(),
        safety_checker="none",
        notes=resolved.origin.notes,
    )


class _Watch:
    """Follows a pipeline through its denoiser's calls and its own callback."""

    def __init__(self, steps: int, hand_over: Tell) -> None:
        self.calls = 0
        self._steps, self._step = steps, 0
        self._hand_over = hand_over
        self._thread = threading.get_ident()

    def on(self, denoiser: Any) -> Any:
        """A context in which the denoiser's calls are counted; the first is preceded by Ready.

        The denoiser is shared with paused runs: theirs are other threads.
        """
        return _Hooked(denoiser, self._before_call)

    def callback_for(self, pipeline: Pipeline) -> dict[str, Any]:
        """The argument by which this pipeline tells of its steps: PixArt's has the older one alone."""
        if "callback_on_step_end" in inspect.signature(pipeline.__call__).parameters:
            return {"callback_on_step_end": self._on_step_end}
        return {"callback": lambda _step, _timestep, latents: self._stepped(latents), "callback_steps": 1}

    def _before_call(self, *_arguments: object) -> None:
        if threading.get_ident() != self._thread:
            return
        if self.calls == 0:
            self._hand_over(Ready())
        self.calls += 1

    def _on_step_end(self, _pipeline: Any, _step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        self._stepped(tensors["latents"])
        return {}

    def _stepped(self, latents: torch.Tensor) -> None:
        self._step += 1
        if self._step == self._steps and not bool(torch.isfinite(latents).all()):
            raise EngineError(
                "picture.nan",
                "the denoiser gave numbers that are not a picture",
                hint="try --precision float32",
            )
        self._hand_over(Stepped(self._step, latents))


class _Hooked:
    """A context: calls `before` before each call of a module."""

    def __init__(self, module: Any, before: Any) -> None:
        self._module, self._before = module, before

    def __enter__(self) -> None:
        self._handle = self._module.register_forward_pre_hook(self._before)

    def __exit__(self, *_error: object) -> None:
        self._handle.remove()


def _pixels(images: Any) -> Pixels:
    """(1, H, W, 3) from 0 to 1 → (H, W, 3)."""
    image = np.asarray(images)[0]
    if not bool(np.isfinite(image).all()):
        raise EngineError(
            "picture.nan",
            "the decoder gave numbers that are not a picture",
            hint="try --precision float32, or bfloat16 in place of float16",
        )
    pixels: Pixels = np.round(image * 255).astype(np.uint8)
    return pixels

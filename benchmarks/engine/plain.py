"""The same pictures by plain diffusers in float32: loaded again for each, loaded once, and in batches where it can."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import diffusers
import torch
from PIL import Image

from packshot.engine.machine import floating_point
from packshot.models import pinned_config
from packshot.resolve import Order
from packshot.spec import Mode


@dataclass(frozen=True, slots=True)
class PlainPipelines:
    """Text-to-image and image-to-image on the same weights."""

    text: Any
    image: Any


def load(folder: str, device: str = "cpu", precision: str = "float32") -> PlainPipelines:
    """As a script does it. The last argument of `from_pretrained` only spares a question to the network."""
    dtype = getattr(torch, precision)
    text = diffusers.DiffusionPipeline.from_pretrained(folder, dtype=dtype, local_files_only=True).to(device)
    image = diffusers.AutoPipelineForImage2Image.from_pipe(text)
    for pipeline in (text, image):
        pipeline.set_progress_bar_config(disable=True)
    return PlainPipelines(text, image)


def one_by_one(orders: list[Order], pipelines: PlainPipelines | None) -> list[Image.Image]:
    """Each picture by a call of its own; without pipelines they are loaded for each, as the lab's script does."""
    made = []
    with floating_point(flush_denormal=True):
        for order in orders:
            made += _call(pipelines or load(str(order.model.folder)), [order])
    return made


def batched(orders: list[Order], pipelines: PlainPipelines) -> list[Image.Image]:
    """Together where a diffusers call can hold them: same mode, scheduler, steps, guidance and strength."""
    together: dict[Any, list[Order]] = defaultdict(list)
    for order in orders:
        intent = order.resolved.intent
        config = repr(intent.scheduler)
        key = (intent.mode, config, intent.steps, intent.guidance, intent.strength, intent.width, intent.height)
        together[key].append(order)
    with floating_point(flush_denormal=True):
        return [picture for group in together.values() for picture in _call(pipelines, group)]


def _call(pipelines: PlainPipelines, orders: list[Order]) -> list[Image.Image]:
    intent = orders[0].resolved.intent
    pipeline = pipelines.image if intent.mode is Mode.IMAGE_TO_IMAGE else pipelines.text
    config = pinned_config(intent.scheduler, orders[0].model.description.scheduler_config)
    pipeline.scheduler = getattr(diffusers, intent.scheduler.class_name).from_config(config)
    arguments: dict[str, Any] = {
        "prompt": [order.resolved.intent.prompt for order in orders],
        "negative_prompt": [order.resolved.intent.negative_prompt for order in orders],
        "num_inference_steps": intent.steps,
        "guidance_scale": intent.guidance,
        "generator": [torch.Generator("cpu").manual_seed(order.resolved.intent.seed) for order in orders],
    }
    if intent.mode is Mode.IMAGE_TO_IMAGE:
        images = [Image.fromarray(order.source) for order in orders if order.source is not None]
        arguments |= {"image": images, "strength": intent.strength}
    else:
        arguments |= {"width": intent.width, "height": intent.height}
    pictures: list[Image.Image] = pipeline(**arguments).images
    return pictures

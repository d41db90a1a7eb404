"""From an order to a run that is ready for its first step. What runs share is computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import torch

from packshot.engine import machine, noise
from packshot.engine.active import ActiveRun
from packshot.engine.admission import Waiting
from packshot.engine.conditioning import Conditioning, encode_prompts
from packshot.engine.keeping import Keeping, free_region
from packshot.engine.schedule import Schedule, build_schedule
from packshot.models import Loader
from packshot.resolve import Order
from packshot.result import picture_digest
from packshot.spec import Mode

Value = TypeVar("Value")

MOMENTS_KEPT = 8
PROMPTS_KEPT = 64


@dataclass(slots=True)
class _Kept(Generic[Value]):
    """The last few values, by key."""

    limit: int
    values: OrderedDict[Any, Value] = field(default_factory=OrderedDict)

    def get(self, key: Any, make: Callable[[], Value]) -> Value:
        if key not in self.values:
            self.values[key] = make()
        self.values.move_to_end(key)
        while len(self.values) > self.limit:
            self.values.popitem(last=False)
        return self.values[key]


class Preparation:
    """Loads weights, encodes prompts and sources, draws noise. `clock` gives seconds; only differences count."""

    def __init__(self, loader: Loader, clock: Callable[[], float]) -> None:
        self._loader = loader
        self._clock = clock
        self._prompts: _Kept[Conditioning] = _Kept(PROMPTS_KEPT)
        self._moments: _Kept[torch.Tensor] = _Kept(MOMENTS_KEPT)

    def begin(self, waiting: Waiting) -> ActiveRun:
        """A run at its first step, with a generator of its own. Raises what loading and encoding raise."""
        order = waiting.order
        execution = order.resolved.execution
        began = self._clock()
        pipeline = self._loader.load(
            order.model,
            execution.device,
            execution.precision,
            execution.runtime,
            memory=execution.memory,
            attention=execution.attention,
        )
        loaded = self._clock()
        generator = noise.new_generator(order.resolved.intent.seed)
        conditioning = self._conditioning(pipeline, order)
        schedule = build_schedule(order, generator)
        latents, keeping = self._start(pipeline, order, schedule, generator, conditioning.embeddings.dtype)
        machine.wait_for(execution.device)
        return ActiveRun(
            ticket=waiting.ticket,
            order=order,
            pipeline=pipeline,
            generator=generator,
            schedule=schedule,
            conditioning=conditioning,
            latents=latents,
            began=began,
            load_s=loaded - began,
            encode_s=self._clock() - loaded,
            preview_every=waiting.preview_every,
            keeping=keeping,
        )

    def _conditioning(self, pipeline: Any, order: Order) -> Conditioning:
        """Conditioning for the prompts, shared by all runs with the same ones."""
        intent, execution = order.resolved.intent, order.resolved.execution
        scale = intent.guidance if order.model.description.guidance_embedded else None
        prompts = (intent.prompt, intent.negative_prompt, order.is_guided, scale)
        key = (order.model.weights_digest, execution, prompts, intent.mode, intent.width, intent.height)
        return self._prompts.get(key, lambda: encode_prompts(pipeline, order))

    def _start(
        self, pipeline: Any, order: Order, schedule: Schedule, generator: torch.Generator, dtype: torch.dtype
    ) -> tuple[torch.Tensor, Keeping | None]:
        """Noise, or the source under noise, (1, C, h, w), and what is kept of a locked product.

        The source's moments are shared by all runs from it.
        """
        intent, execution = order.resolved.intent, order.resolved.execution
        source = order.source
        if intent.mode is Mode.TEXT_TO_IMAGE or source is None:
            return noise.start_from_noise(pipeline, order, schedule, generator, dtype), None
        moments = self._moments.get(
            (order.model.weights_digest, execution, picture_digest(source)),
            lambda: noise.source_moments(pipeline, source, execution.device, dtype),
        )
        if order.product is None:
            return noise.start_from_source(pipeline, moments, schedule, generator, dtype), None
        latents, kept, drawn = noise.start_around_source(
            pipeline, moments, schedule, generator, dtype, from_noise=intent.strength == 1.0
        )
        alpha = order.product.over_all(order.product.alpha)
        free = free_region(alpha, order.model.description.multiple_px, execution.device, dtype)
        return latents, Keeping(kept, drawn, free)

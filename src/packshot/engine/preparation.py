"""From an order to a run that is ready for its first step. What runs share is computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from packshot.engine import machine, noise
from packshot.engine.active import ActiveRun
from packshot.engine.admission import Waiting
from packshot.engine.beginning import Beginnings
from packshot.engine.conditioning import Conditioning, encode_prompts
from packshot.engine.recent import Recent
from packshot.engine.schedule import build_schedule
from packshot.models import Loader
from packshot.resolve import Order

PROMPTS_KEPT: Final = 64


class Preparation:
    """Loads weights, encodes prompts and sources, draws noise. `clock` gives seconds; only differences count."""

    def __init__(self, loader: Loader, clock: Callable[[], float]) -> None:
        self._loader = loader
        self._clock = clock
        self._prompts: Recent[Conditioning] = Recent(PROMPTS_KEPT)
        self._beginnings = Beginnings()

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
        beginning = self._beginnings.begin(pipeline, order, schedule, generator, conditioning.embeddings.dtype)
        machine.wait_for(execution.device)
        return ActiveRun(
            ticket=waiting.ticket,
            order=order,
            pipeline=pipeline,
            generator=generator,
            schedule=schedule,
            conditioning=conditioning,
            latents=beginning.latents,
            began=began,
            load_s=loaded - began,
            encode_s=self._clock() - loaded,
            preview_every=waiting.preview_every,
            keeping=beginning.keeping,
            shown=beginning.shown,
        )

    def _conditioning(self, pipeline: Any, order: Order) -> Conditioning:
        """Conditioning for the prompts, shared by all runs with the same ones."""
        intent, execution = order.resolved.intent, order.resolved.execution
        scale = intent.guidance if order.model.description.guidance_embedded else None
        prompts = (intent.prompt, intent.negative_prompt, order.is_guided, scale)
        key = (order.model.weights_digest, execution, prompts, intent.mode, intent.width, intent.height)
        return self._prompts.get(key, lambda: encode_prompts(pipeline, order))

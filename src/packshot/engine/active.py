"""A run between two steps: what it owns, and the two halves of its step around the denoiser call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.guidance import guided
from packshot.engine.keeping import Keeping
from packshot.engine.precision import is_precise
from packshot.engine.protocol import Ticket
from packshot.engine.schedule import Schedule
from packshot.resolve import Order


@dataclass(slots=True, eq=False)
class ActiveRun:
    """Its own generator, scheduler, timesteps and `latents` (1, C, h, w). Times in seconds.

    `estimate` (1, C, h, w) is the scheduler's guess at the finished latents, where it makes one. `denoise_s` is the
    run's share of the calls: the time of a call, divided by the runs in it. Of a product lock, `keeping` is what is
    kept of its source, or `shown` (1, 1 + C, h, w) what an inpainting model is given beside the latents.
    """

    ticket: Ticket
    order: Order
    pipeline: Any
    generator: torch.Generator
    schedule: Schedule
    conditioning: Conditioning
    latents: torch.Tensor
    began: float
    load_s: float
    encode_s: float
    preview_every: int = 0
    denoise_s: float = 0.0
    calls: int = 0
    estimate: torch.Tensor | None = None
    keeping: Keeping | None = None
    shown: torch.Tensor | None = None

    @property
    def steps(self) -> int:
        """Denoiser calls in all: schedulers of second order make nearly two a step."""
        return len(self.schedule.timesteps)

    @property
    def is_denoised(self) -> bool:
        """Whether only the decoding is left."""
        return self.calls == self.steps

    @property
    def timestep(self) -> torch.Tensor:
        """The next call's, a scalar."""
        return self.schedule.timesteps[self.calls]

    @property
    def is_precise(self) -> bool:
        """Whether the next call is one that mixed precision makes in float32."""
        training_timesteps = int(self.schedule.scheduler.config.num_train_timesteps)
        return is_precise(self.order.resolved.intent.scheduler, float(self.timestep), training_timesteps)

    @property
    def previews_now(self) -> bool:
        """Whether a preview was asked for after the call just made. The last call is followed by the picture."""
        return bool(self.preview_every) and self.calls % self.preview_every == 0 and not self.is_denoised

    @property
    def example_input(self) -> torch.Tensor:
        """Of the shape of every input, (1, C, h, w), or (1, 1 + 2C, h, w) with what an inpainting model is shown."""
        return self._with_shown(self.latents)

    def next_input(self) -> torch.Tensor:
        """The latents as the denoiser takes them, with what it is shown beside them: shaped as `example_input`."""
        return self._with_shown(self.schedule.scheduler.scale_model_input(self.latents, self.timestep))

    def take(self, prediction: torch.Tensor) -> None:
        """The scheduler's step with the prediction for this run's rows, (1, C, h, w) or with guidance (2, C, h, w)."""
        if self.order.is_guided:
            prediction = guided(prediction, self.order.resolved.intent.guidance)
        stepped = self.schedule.scheduler.step(prediction, self.timestep, self.latents, **self.schedule.step_arguments)
        self.latents = stepped[0]
        self.estimate = stepped[1] if len(stepped) > 1 else None
        self.calls += 1
        if self.keeping is not None:
            following = None if self.is_denoised else self.timestep
            self.latents = self.keeping.restored(self.latents, self.schedule.scheduler, following)

    def _with_shown(self, latents: torch.Tensor) -> torch.Tensor:
        return latents if self.shown is None else torch.cat([latents, self.shown], dim=1)

"""The denoiser call as the engine sees it: the seam between runs and what computes."""

from __future__ import annotations

from typing import Any, Protocol

import torch

from packshot.engine.conditioning import Conditioning
from packshot.models import Model
from packshot.spec import Execution


class Denoiser(Protocol):
    """Predicts noise (or velocity) for rows that have nothing to do with each other. Knows nothing about runs.

    One instance serves one batch: it is always called with the same number of rows and the same shapes, so that a
    runtime may compile for them, and a row's result may depend on nothing but that row.
    """

    @property
    def threads(self) -> int:
        """Threads that it really computes with: they change the last bits, and a runtime may take fewer than asked."""

    def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> torch.Tensor:
        """The prediction for each row: `latents` (R, C, h, w) scaled for `timesteps` (R,) → (R, C, h, w).

        An inpainting model's have 1 + C further channels, which its prediction has not.

        The result is new memory at each call: schedulers of several steps keep what they were given.
        """


class OpenDenoiser(Protocol):
    """Gives the denoiser for a batch."""

    def __call__(
        self, model: Model, pipeline: Any, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
    ) -> Denoiser:
        """A denoiser for calls of `execution.rows` rows; `latents` and `conditioning` of any run give the shapes.

        Raises SpecError on a runtime that is not here, and EngineError.
        """
